use super::{is_detour, is_header, is_health, is_local_web, is_parameter, is_web, is_write_out};

fn check(is: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(is(text), "{text}");
    }
    for text in no {
        assert!(!is(text), "{text}");
    }
}

#[test]
fn services_of_this_machine_tell_how_they_are() {
    check(
        is_health,
        &[
            "localhost",
            "http://localhost:8080/health",
            "https://127.0.0.1:6443/livez?verbose",
            "localhost:9200/_cat/indices?v&s=store.size:desc&h=index,health",
            "localhost:9200/_cat/thread_pool/write,search?v&h=node_name,active",
            "http://localhost:9200/_cluster/allocation/explain?pretty",
            "http://localhost:9200/logs-2024.11.20/_stats/store?human",
            "http://[::1]:9090/api/v1/targets?state=active",
            "http://localhost:9090/api/v1/query?query=sum(rate(http_requests_total{code=~\"5..\"}[5m]))",
            "http://localhost:8081/actuator/metrics/hikaricp.connections.pending",
            "http://localhost:8404/stats;csv",
            "http://localhost/haproxy?stats;csv",
            "http://127.0.0.1/fpm-status?json&auto",
            "http://127.0.0.1:8500/v1/health/service/web?passing",
            "http://localhost:9901/stats?filter=upstream_rq&usedonly",
            "http://localhost:8983/solr/admin/cores?action=STATUS",
            "http://localhost:8083/connectors/sink/status",
        ],
        &[
            "http://example.com/health",
            "http://localhost.example.com/health",
            "http://localhost:80@example.com/health",
            "http://user:pass@localhost/health",
            "http://localhost/health#x",
            "file://localhost/health",
            "http://localhost:9200/_search",
            "http://localhost:9200/logs/_search?q=a",
            "http://localhost:9200/_cluster/state",
            "http://localhost:9200/_cat/x/../../_search",
            "http://localhost:9200/_cat/indices?v&source=x",
            "http://localhost:9200/_nodes",
            "http://localhost:9090/api/v1/status/config",
            "http://localhost:9090/-/reload",
            "http://localhost:9090/-/quit",
            "http://localhost:8080/actuator/env",
            "http://localhost:8080/actuator/heapdump",
            "http://localhost:8080/actuator/configprops",
            "http://localhost:8500/v1/kv/x",
            "http://localhost:8500/v1/agent/self",
            "http://localhost:9901/config_dump",
            "http://localhost:9901/quitquitquit",
            "http://localhost:8983/solr/admin/cores?action=UNLOAD&core=x",
            "http://localhost:8123/?query=select+1",
            "http://localhost:2375/containers/json",
            "http://localhost:8083/connectors/sink/config",
            "http://localhost:8080/status?action=delete",
            "http://localhost:8500/v1/kv/health",
            "http://localhost:8001/api/v1/namespaces/default/secrets/x/status",
            "http://localhost:9200/users/_doc/info",
            "http://localhost:8080/actuator/env/info",
            "http://localhost:2375/version",
        ],
    );
}

#[test]
fn others_are_asked_for_nothing_but_headers() {
    check(
        is_web,
        &[
            "https://example.com",
            "example.com",
            "http://10.0.0.5:8080/v2/",
            "https://[2001:db8::1]/a_b-c.html",
            "https://example.com:8443/x~y",
        ],
        &[
            "http://169.254.169.254/latest/meta-data/",
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://0251.0376.0251.0376/",
            "http://[fd00:ec2::254]/",
            "http://metadata.google.internal/computeMetadata/v1/",
            "https://example.com/?q=secret",
            "https://user:pass@example.com/",
            "https://example.com\\@169.254.169.254/",
            "https://exa%6dple.com/",
            "https://{a,b}.example.com/",
            "https://[1-3].example.com/",
            "https://example.com/[1-9]",
            "https://example.com#@x",
            "ftp://example.com/",
            "ftp.example.com",
            "LDAP.example.com/x",
            "gopher://example.com",
            "file:///etc/passwd",
            "http://",
            "",
            "-o",
            "http://ci.internal/shutdown",
            "http://ci.internal/job/x/delete",
            "example.com:443:x",
        ],
    );
    check(
        is_local_web,
        &["http://localhost:8080/search?q=test&page=2"],
        &["http://example.com/?q=1", "http://localhost/?action=restart", "http://localhost/?token=abc"],
    );
    check(
        is_detour,
        &[
            "example.com:443:10.0.0.1",
            "example.com:443:10.0.0.1,10.0.0.2",
            "example.com:443:[::1]",
            "*:443:127.0.0.1",
            "a:443:b:8443",
            "::b:8443",
        ],
        &[
            "example.com:443:169.254.169.254",
            "a:443:metadata.google.internal:80",
            "a:443:0xa9fea9fe:80",
            "a",
            "a:443:10.0.0.1,169.254.1.1",
        ],
    );
    check(
        is_header,
        &[
            "Host: example.com",
            "host:localhost:9200",
            "Accept: application/json",
            "User-Agent: curl/8.0 (check)",
            "Cache-Control: no-cache",
        ],
        &[
            "Authorization: Bearer x",
            "Cookie: a=b",
            "Metadata-Flavor: Google",
            "X-aws-ec2-metadata-token: x",
            "@/etc/passwd",
            "Host: 169.254.169.254",
            "Accept: @x",
            "x",
        ],
    );
    check(
        is_parameter,
        &["query=up{job=\"a@b\"}", "match[]=up", "time=1700000000"],
        &["@/etc/passwd", "query@/etc/passwd", "query", "q=x", "=@x", "query=@/etc/passwd"],
    );
    check(is_write_out, &["%{http_code}\\n", "%{time_total} 100%%"], &["@/etc/x", "%output{/tmp/x}", "%{json}%x"]);
}
