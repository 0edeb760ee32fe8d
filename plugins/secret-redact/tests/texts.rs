//! Texts with secrets and without, and what becomes of them. `¦` is taken out first, so that no table of this file
//! looks like what it is about.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Reply, ResultVerdict, Validator};
use proptest::prelude::*;
use secret_redact::SecretRedact;
use std::sync::LazyLock;

/// To put the rules together takes a while.
static PLUGIN: LazyLock<SecretRedact> = LazyLock::new(|| plugin("{}"));

fn plugin(settings: &str) -> SecretRedact {
    SecretRedact::from_json(settings).expect("the settings are right")
}

/// The text as the agent sees it.
fn seen(plugin: &SecretRedact, text: &str) -> String {
    let reply = serde_json::json!({ "content": [{ "type": "text", "text": text }] }).to_string();
    let document = Document::parse(&reply).expect("it is JSON");
    let call = Document::parse("{}").expect("it is JSON");
    match plugin.check_result(&Call::of_tool("s", "t"), &call, &Reply::of(document)) {
        ResultVerdict::Pass => text.to_owned(),
        ResultVerdict::Redact(patches) => match patches.as_slice() {
            [patch] if patch.pointer == "/content/0/text" => {
                serde_json::from_str(&patch.value_json).expect("it is a string")
            }
            other => panic!("{other:?}"),
        },
        ResultVerdict::Refuse(finding) => panic!("{finding:?}"),
    }
}

const SECRETS: &[(&str, &str)] = &[
    ("AWS id AKIA¦IOSFODNN7EXAMPLE here", "AWS id [redacted: aws-key-id] here"),
    ("ASIA¦Y34FZKBOKMUTVV7A", "[redacted: aws-key-id]"),
    (
        "aws_secret_access_key = wJalrXUtn¦FEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws_secret_access_key = [redacted: aws-secret-key]",
    ),
    (
        "{\"SecretAccessKey\": \"wJalrXUtn¦FEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"}",
        "{\"SecretAccessKey\": \"[redacted: aws-secret-key]\"}",
    ),
    ("key AIza¦SyA1234567890abcdefghijklmnopqrstuv!", "key [redacted: google-api-key]!"),
    ("ya29¦.a0AfH6SMBx1234567890abcdef", "[redacted: google-oauth]"),
    ("GOCSPX¦-abcdefghijklmnopqrstuvwxyz12", "[redacted: google-oauth]"),
    (
        "AccountName=x;AccountKey=¦QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk0MTIzNA==;x",
        "AccountName=x;AccountKey=[redacted: azure-storage-key];x",
    ),
    (
        "https://x.blob.core.windows.net/c?sv=2020&sig=¦abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH%3D",
        "https://x.blob.core.windows.net/c?sv=2020&sig=[redacted: azure-signature]",
    ),
    ("gh¦p_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted: github-token]"),
    ("gh¦s_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.", "[redacted: github-token]."),
    ("github_¦pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz", "[redacted: github-token]"),
    ("glp¦at-abcDEF123_456-7890xy", "[redacted: gitlab-token]"),
    ("npm¦_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted: npm-token]"),
    ("pypi-AgEI¦cHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA", "[redacted: pypi-token]"),
    ("dckr¦_pat_abcdefghijklmnopqrstuvwxyz0", "[redacted: docker-token]"),
    ("xox¦b-123456789012-abcdefghijkl", "[redacted: slack-token]"),
    (
        "https://hooks.slack¦.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
        "https://hooks.slack.com/services/[redacted: slack-webhook]",
    ),
    ("sk_¦live_abcdefghijklmnop12345678", "[redacted: stripe-key]"),
    ("sk-¦proj-abcDEF123ghiJKL456mnoPQR789", "[redacted: openai-key]"),
    ("sk-¦ant-api03-abcDEF123ghiJKL456mnoPQR789-x", "[redacted: openai-key]"),
    ("hf¦_abcdefghijklmnopqrstuvwxyzABCDEFGH", "[redacted: huggingface-token]"),
    ("SG¦.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "[redacted: sendgrid-key]"),
    ("shp¦at_0123456789abcdef0123456789abcdef", "[redacted: shopify-token]"),
    ("bot 123456789:AA¦abcdefghijklmnopqrstuvwxyz0123456 ok", "bot [redacted: telegram-token] ok"),
    ("SK¦0123456789abcdef0123456789abcdef", "[redacted: twilio-key]"),
    ("dop¦_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "[redacted: digitalocean-token]"),
    ("hvs¦.CAESIabcdefghijklmnopqrstuvwxyz", "[redacted: vault-token]"),
    ("glsa¦_abcdefghijklmnopqrstuvwxyzABCDEF_0123abcd", "[redacted: grafana-token]"),
    ("eyJ¦hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "[redacted: jwt]"),
    (
        "-----BEGIN ¦RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nafter",
        "[redacted: private-key]\nafter",
    ),
    ("x\n-----BEGIN ¦OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA", "x\n[redacted: private-key]"),
    ("-----BEGIN ¦PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----", "[redacted: private-key]"),
    ("PuTTY-User-Key-File-¦2: ssh-rsa\nx\nPrivate-MAC: 0123abcd\nafter", "[redacted: putty-key]\nafter"),
    ("root:$6$¦rounds=5000$abcdefgh$0123456789abcdefghijklmnop:19000:0:", "root:[redacted: password-hash]:19000:0:"),
    ("$2b$¦12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "[redacted: password-hash]"),
    ("Authorization: Bearer ¦abcdef0123456789xyz", "Authorization: Bearer [redacted: authorization]"),
    ("\"authorization\": \"Basic ¦dXNlcjpwYXNz\"", "\"authorization\": \"Basic [redacted: basic-authorization]\""),
    (
        "curl -H 'authorization: token ¦0123456789abcdef0123'",
        "curl -H 'authorization: token [redacted: authorization]'",
    ),
    ("postgres://app:¦s3cret@db:5432/x", "postgres://app:[redacted: url-password]@db:5432/x"),
    ("redis://:¦hunter2@cache:6379", "redis://:[redacted: url-password]@cache:6379"),
    ("https://user:¦p%40ss@example.com/x y", "https://user:[redacted: url-password]@example.com/x y"),
    (
        "echo \"¦hunter2\" | sudo -S systemctl restart nginx",
        "echo \"[redacted: sudo-password]\" | sudo -S systemctl restart nginx",
    ),
    ("DB_PASSWORD=¦hunter2", "DB_PASSWORD=[redacted: assignment]"),
    ("export MYSQL_PWD=¦letmein", "export MYSQL_PWD=[redacted: assignment]"),
    ("pwd = ¦letmein", "pwd = [redacted: assignment]"),
    ("{\"pwd\": \"¦letmein\"}", "{\"pwd\": \"[redacted: assignment]\"}"),
    ("pwd=¦q2we", "pwd=[redacted: assignment]"),
    ("ab://:¦q@", "ab://:[redacted: url-password]@"),
    ("pwdOfApp:¦s3cret!", "pwdOfApp:[redacted: assignment]"),
    ("password: ¦hunter2\nuser: bob", "password: [redacted: assignment]\nuser: bob"),
    ("\"password\": \"¦correct horse battery\"", "\"password\": \"[redacted: assignment]\""),
    ("{\\\"password\\\": \\\"¦hunter2\\\"}", "{\\\"password\\\": \\\"[redacted: assignment]\\\"}"),
    ("'passphrase' => '¦open sesame'", "'passphrase' => '[redacted: assignment]'"),
    (
        "Server=db;User Id=sa;Password=¦Sup3rS3cret!;Encrypt=true",
        "Server=db;User Id=sa;Password=[redacted: assignment];Encrypt=true",
    ),
    ("api_key = \"¦0f9a8b7c6d5e4f3a2b1c\"", "api_key = \"[redacted: assignment]\""),
    ("X-Api-Key: ¦0f9a8b7c6d5e4f3a2b1c", "X-Api-Key: [redacted: assignment]"),
    ("CLIENT_SECRET=¦a8F3kd92jfLs0", "CLIENT_SECRET=[redacted: assignment]"),
    ("access_token=¦a8F3kd92jfLs0&x=y", "access_token=[redacted: assignment]&x=y"),
    (
        "AKIA¦IOSFODNN7EXAMPLE and gh¦p_abcdefghijklmnopqrstuvwxyz0123456789",
        "[redacted: aws-key-id] and [redacted: github-token]",
    ),
    ("GITHUB_TOKEN=gh¦p_abcdefghijklmnopqrstuvwxyz0123456789", "GITHUB_TOKEN=[redacted: github-token]"),
];

const PLAIN: &[&str] = &[
    "",
    "nothing to see here",
    "The password must have at least 12 characters.",
    "password: required",
    "password authentication failed for user \"app\"",
    "Password:",
    "password=",
    "password=********",
    "PASSWORD=$DB_PASSWORD",
    "PASSWORD=${DB_PASSWORD}",
    "password: {{ vault.password }}",
    "password = os.environ['PASSWORD']",
    "token: string",
    "token = request.headers",
    "the token expires in 3600 seconds",
    "unexpected token: identifier",
    "secret: true",
    "secretName: my-secret-name",
    "tokens: 1024",
    "max_tokens: 4096",
    "token_type: bearer",
    "api_key: <your key>",
    "api_key: YOUR_API_KEY_123",
    "https://example.com:8080/path@x",
    "https://example.com/a:b@c",
    "git@github.com:owner/repo.git",
    "postgres://app@db:5432/x",
    "postgres://app:$PASSWORD@db/x",
    "postgres://app:****@db/x",
    "commit 0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "550e8400-e29b-41d4-a716-446655440000",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabcdefghijklmnopqrstuvwxyz0123456789ABCD user@host",
    "sk-learn-model-with-a-very-long-name-indeed",
    "eyJhbGciOiJIUzI1NiJ9",
    "AKIA",
    "task-1234567890-abcdefghijklmnop",
    "$6$ is the prefix of SHA-512",
    "cost: $1$2",
    "basic authorization is not supported",
    "bearer of bad news",
    "Authorization: none",
    "/run/secrets/db-password: No such file or directory",
    "secret/data/app: permission denied",
    "2026-11-21T10:00:00Z token refreshed",
    "token: 2026-11-21T10:00:00Z",
    "The secret of success: work",
    "Access keys: none",
    "private_key_path: /etc/ssl/private/x.pem",
    "credential: default",
    "mysql -u root -p",
    "AIzaShort",
    "npm_config_registry=https://registry.npmjs.org",
    "xoxo, Gossip",
    "dapifoo",
    "public_key: 0123456789abcdef0123",
    "Grüße, ein Schlüssel: offen 🔑",
    "pwd: /home/agent",
];

#[test]
fn secrets_are_taken_out_and_nothing_else() {
    let plugin = plugin("{}");
    let mut wrong = Vec::new();
    for (text, expected) in SECRETS {
        let text = text.replace('¦', "");
        let told = seen(&plugin, &text);
        if told != *expected {
            wrong.push(format!("{text}\n  became  {told}\n  and not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_only_looks_like_a_secret_stays() {
    let plugin = plugin("{}");
    let changed: Vec<_> =
        PLAIN.iter().map(|text| (*text, seen(&plugin, text))).filter(|(text, told)| text != told).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn every_rule_is_shown_at_work_or_needs_no_showing() {
    let schema = SecretRedact::from_json(r#"{"rules": {"remove": ["none"]}}"#).expect_err("there is no such rule");
    let names = schema.first().and_then(|finding| finding.remediation.clone()).unwrap_or_default();
    let names: Vec<_> = names.trim_start_matches("the rules are ").split(", ").map(str::to_owned).collect();
    let shown = |name: &&String| SECRETS.iter().any(|(_, expected)| expected.contains(&format!("[redacted: {name}]")));
    assert!(names.iter().filter(shown).count() * 4 > names.len() * 3, "{names:?}");
}

#[test]
fn a_text_without_its_secrets_has_none() {
    let plugin = plugin("{}");
    for (text, _) in SECRETS {
        let once = seen(&plugin, &text.replace('¦', ""));
        assert_eq!(seen(&plugin, &once), once);
    }
}

#[test]
fn rules_can_be_removed_and_added() {
    let own = plugin(
        r#"{"rules": {"remove": ["aws-key-id"], "add": [{"name": "ours", "pattern": "\\bOURS-([0-9]{4})\\b"}]}}"#,
    );
    assert_eq!(seen(&plugin(r#"{"rules": {"add": [{"name": "ours", "pattern": "q"}]}}"#), "q"), "[redacted: ours]");
    let text = "AKIA¦IOSFODNN7EXAMPLE OURS-1234".replace('¦', "");
    assert_eq!(seen(&own, &text), "AKIA¦IOSFODNN7EXAMPLE OURS-[redacted: ours]".replace('¦', ""));
}

proptest! {
    #[test]
    fn any_text_is_answered_and_done_with_once(text in "\\PC{0,80}", pieces in "(password|token|=|:| |\"|'|eyJ|\\.|AKIA|[A-Z2-7]{4}|://|@|[a-z0-9]{3}|\\PC|\n){0,30}") {
        for text in [text, pieces] {
            let once = seen(&PLUGIN, &text);
            let twice = seen(&PLUGIN, &once);
            prop_assert_eq!(seen(&PLUGIN, &twice), twice);
        }
    }

    #[test]
    fn a_secret_goes_wherever_it_stands(before in "[^\\p{L}\\p{N}_]{0,20}", after in "[^\\p{L}\\p{N}_]{0,20}") {
        let secret = ["gh", "p_abcdefghijklmnopqrstuvwxyz0123456789"].concat();
        let told = seen(&PLUGIN, &format!("{before}{secret}{after}"));
        prop_assert!(!told.contains(&secret), "{}", told);
    }
}
