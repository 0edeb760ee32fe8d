//! Programs that are asked for their version, and for nothing else.

/// What is asked, and who answers it without doing anything else.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "--version",
        "bash git gcc g++ clang make cmake cargo rustc mysql mariadb sqlite3 redis-server redis-cli postgres psql wget \
         rsync tar vim perl ruby node npm php php-fpm certbot chronyd containerd runc dockerd kubelet kubeadm etcd \
         mongod mongosh nomad vault consul \
         traefik caddy prometheus grafana-server node_exporter promtool puppet salt-minion chef-client vagrant packer \
         openssl ansible-playbook fail2ban-client varnishd dovecot named squid php8.1 php8.2 php8.3 python python3 \
         terraform ansible java javac nginx httpd apache2",
    ),
    ("-v", "node npm php8.1 php8.2 php8.3 dovecot named squid ruby php php-fpm perl nginx apache2 httpd haproxy"),
    ("-vv", "haproxy"),
    ("-V", "named varnishd zabbix_agentd python python3 psql nginx apache2 httpd ssh pip pip3"),
    ("-version", "java javac"),
    ("version", "terraform"),
    ("-m", "php php-fpm php8.1 php8.2 php8.3"),
    ("--ini", "php"),
];

/// Whether the command with this one word only tells its version.
pub(super) fn is_question(command: &str, word: &str) -> bool {
    let stands = |names: &str| names.split_ascii_whitespace().any(|name| name == command);
    QUESTIONS.iter().any(|(question, names)| *question == word && stands(names))
}

/// All that are asked.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    QUESTIONS.iter().flat_map(|(_, names)| names.split_ascii_whitespace())
}
