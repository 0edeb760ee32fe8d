//! Programs that are asked for their version, and for nothing else.

/// What is asked, and who answers it without doing anything else. Not those that a file in the working directory exchanges
/// for another version, or for another program: `cargo`, `rustc`, `go`, `packer`, `yarn`, `bundle`, `mvn`.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "--version",
        "bash git gcc g++ cc ld ldd gdb clang make cmake mysql mariadb mysqld mariadbd mysqldump sqlite3 redis-server \
         redis-cli postgres psql pg_config pg_dump pg_restore pg_ctl pg_basebackup wget curl rsync tar vim nano perl ruby \
         node npm php php-fpm certbot chronyd containerd runc dockerd kubelet kubeadm etcd mongod mongos mongosh nomad \
         vault consul influx clickhouse-server clickhouse-client elasticsearch logstash kibana \
         traefik caddy envoy minio prometheus alertmanager grafana-server grafana-cli node_exporter blackbox_exporter \
         promtool telegraf vector fluentd fluent-bit loki promtail otelcol puppet salt-minion salt-call chef-client \
         vagrant openssl ansible-playbook fail2ban-client varnishd dovecot named squid keepalived \
         openvpn php7.4 php8.0 php8.1 php8.2 php8.3 php8.4 python python3 terraform ansible java javac nginx httpd \
         apache2 uwsgi unitd gitlab-runner rclone restic borg duplicity s3cmd skopeo buildah trivy jq perf htop \
         screen zsh fish nmap strace ltrace tcpdump goaccess ffmpeg rspamd clamd clamscan freshclam \
         icinga2 conda k3s rke2 aws nats-server memcached sshd glances iperf3 iperf fio \
         stress-ng sysbench inotifywait redis-sentinel redis-benchmark influxd mongodump mongorestore mariadb-dump \
         rabbitmq-server cockroach",
    ),
    (
        "-v",
        "node npm php7.4 php8.0 php8.1 php8.2 php8.3 php8.4 dovecot named squid ruby php php-fpm php-fpm7.4 php-fpm8.0 php-fpm8.1 php-fpm8.2 php-fpm8.3 php-fpm8.4 perl nginx apache2 httpd \
         haproxy lighttpd keepalived varnishd gcc cc ld iperf3 iperf",
    ),
    ("-vv", "haproxy"),
    (
        "-V",
        "named varnishd zabbix_agentd zabbix_agent2 zabbix_server python python3 psql nginx apache2 httpd ssh pip pip3 \
         unbound socat memcached tmux rsync mysql mariadb asterisk monit opendkim strace curl wget atop \
         knotd htop",
    ),
    ("-version", "java javac ffmpeg"),
    (
        "version",
        "terraform nomad vault consul caddy traefik minikube kind eksctl pulumi filebeat metricbeat skaffold \
         restic rclone cosign",
    ),
    ("-m", "php php-fpm php7.4 php8.0 php8.1 php8.2 php8.3 php8.4"),
    ("--ini", "php php8.1 php8.2 php8.3 php8.4"),
    ("-bV", "exim exim4"),
    ("--list-sdks", "dotnet"),
    ("--list-runtimes", "dotnet"),
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
