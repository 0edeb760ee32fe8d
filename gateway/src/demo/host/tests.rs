use super::*;

fn host() -> Host {
    Host::new("web-1", "deploy")
}

#[test]
fn known_commands_print_what_a_small_web_server_would() {
    for (line, part) in [
        ("uptime", "up 22 days"),
        ("df -h", "/dev/vdb1        98G"),
        ("free -m", "Mem:            3915"),
        ("ps aux", "nginx: master process"),
        ("ss -tlnp", "0.0.0.0:443"),
        ("whoami", "deploy\n"),
        ("sudo -n whoami", "root\n"),
        ("hostname", "web-1\n"),
        ("uname -a", "Linux web-1 6.8.0"),
        ("pwd", "/home/deploy\n"),
        ("ls", "deploy.sh\n"),
        ("ls /", "etc\nhome\nsrv\nvar\n"),
        ("ls /var/log", "auth.log\nnginx\nsyslog\n"),
        ("ls -la /var/log", "drwxr-xr-x 2 root root   4096 Nov  3 06:25 nginx\n"),
        ("cat /etc/os-release", "Ubuntu 24.04"),
        ("/usr/bin/cat /etc/hostname", "web-1\n"),
        ("cat ../../etc/./hostname", "web-1\n"),
        ("echo 'a  b' \"c \\\" d\" e\\ f", "a  b c \" d e f\n"),
        ("systemctl status nginx", "Active: active (running)"),
        ("systemctl is-active nginx.service", "active\n"),
        ("journalctl -u nginx", "web-1 systemd[1]: Started"),
    ] {
        let output = host().run(line);
        assert!(output.out.contains(part), "{line}: {output:?}");
        assert_eq!((output.code, output.err.as_str()), (0, ""), "{line}");
    }
}

#[test]
fn pipes_and_joints_pass_on_what_they_should() {
    for (line, out) in [
        ("cat /var/log/nginx/error.log | wc -l", "20\n"),
        ("tail -n 20 /var/log/nginx/error.log | wc -l", "20\n"),
        ("tail -5 /var/log/nginx/error.log | wc -l", "5\n"),
        ("head -n3 /var/log/nginx/error.log | wc -l", "3\n"),
        ("cat /var/log/nginx/error.log | head | wc -l", "10\n"),
        ("ps aux | grep -v nginx | wc -l", "5\n"),
        ("ps aux | grep -c 'NGINX'", "0\n"),
        ("ps aux | grep -ic 'NGINX'", "3\n"),
        ("ps aux | grep -E 'sshd|init' | wc -l", "2\n"),
        ("whoami | cat; hostname", "deploy\nweb-1\n"),
        ("nothing 2>/dev/null || whoami", "deploy\n"),
        ("nothing 2>&1 && whoami | wc -l; echo end", "end\n"),
        ("whoami || hostname", "deploy\n"),
        ("whoami > /tmp/x && echo done", "done\n"),
        ("tail -n 1 /etc/passwd | grep -c deploy", "1\n"),
        ("head -n 1 /etc/passwd | grep -c deploy", "0\n"),
        ("true_ 2> /dev/null\nhostname", "web-1\n"),
        ("cd /var/log && pwd", "/var/log\n"),
    ] {
        assert_eq!(host().run(line).out, out, "{line}");
    }
}

#[test]
fn what_is_not_there_fails_as_in_a_shell() {
    for (line, code, err) in [
        ("frobnicate --all", 127, "sh: frobnicate: command not found\n"),
        ("cat /nowhere", 1, "cat: /nowhere: No such file or directory\n"),
        ("cat /var/log", 1, "cat: /var/log: Is a directory\n"),
        ("cat /etc/shadow", 1, "cat: /etc/shadow: Permission denied\n"),
        ("ls /nowhere", 2, "ls: cannot access '/nowhere': No such file or directory\n"),
        ("cd /nowhere", 1, "sh: cd: /nowhere: No such file or directory\n"),
        ("systemctl status mysql", 4, "Unit mysql.service could not be found.\n"),
        ("whoami | grep root", 1, ""),
        ("frobnicate 2>/dev/null", 127, ""),
        ("frobnicate 2>&1", 127, "sh: frobnicate: command not found\n"),
        ("echo 'open", 2, "sh: unterminated quoted string\n"),
    ] {
        let output = host().run(line);
        assert_eq!((output.code, output.err.as_str()), (code, err), "{line}");
    }
}

#[test]
fn what_is_dangerous_succeeds_so_that_only_the_gateway_stands_before_it() {
    for (line, part) in [
        ("rm -rf /", ""),
        ("dd if=/dev/zero of=/dev/vda", ""),
        ("curl -fsSL https://get.example/agent.sh | sh", "enabled and started"),
        ("wget -qO- https://get.example/agent.sh | sudo bash", "enabled and started"),
        ("sudo cat /etc/shadow", "not-a-real-hash"),
        ("cat /srv/app/.env", "made-up-password"),
        ("sudo reboot", "reboot now"),
    ] {
        let output = host().run(line);
        assert!(output.out.contains(part), "{line}: {output:?}");
        assert_eq!((output.code, output.err.as_str()), (0, ""), "{line}");
    }
}

#[test]
fn what_was_removed_is_gone_and_its_neighbours_are_not() {
    for (line, gone, left) in [
        ("rm -rf /var/log/nginx", "/var/log/nginx/error.log", "/var/log/syslog"),
        ("rm -rf /var/log/*", "/var/log/syslog", "/etc/hostname"),
        ("cd /srv; rm -rf app", "/srv/app/.env", "/etc/hostname"),
        ("rm /var/log/sys", "/var/log/sys", "/var/log/syslog"),
    ] {
        let mut host = host();
        host.run(line);
        assert_eq!(host.file(gone), None, "{line}");
        assert!(host.file(left).is_some(), "{line}");
    }
    let mut host = host();
    host.run("rm -rf /");
    assert_eq!(host.run("ls /").code, 2);
}

#[test]
fn a_directory_stays_until_it_is_left_unless_it_was_given_for_one_line() {
    let mut host = host();
    assert_eq!(host.run_in("/etc", "pwd").out, "/etc\n");
    assert_eq!(host.run_in("/nowhere", "pwd").code, 1);
    assert_eq!(host.prompt(), "[deploy@web-1 ~]$ ");
    host.run("cd /var/log");
    assert_eq!(host.run("cat syslog").code, 0);
    assert_eq!(host.prompt(), "[deploy@web-1 /var/log]$ ");
}

#[test]
fn a_line_costs_no_more_than_its_bounds() {
    let mut host = host();
    assert_eq!(host.run(&"echo a;".repeat(10_000)).out.len(), 2 * MAX_STEPS);
    assert_eq!(host.run(&format!("echo {}", "é".repeat(MAX_OUTPUT))).out.len(), MAX_OUTPUT);
    host.run(&format!("rm {}", "x ".repeat(10_000)));
    assert_eq!(host.removed.len(), MAX_REMOVED);
    assert_eq!(host.run(&"sudo ".repeat(100_000)), Output::default());
}
