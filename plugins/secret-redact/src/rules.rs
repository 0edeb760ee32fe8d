//! What credentials look like, as data.
//!
//! A rule is tried where one of its hints stands in the text, in whatever case. The first group of its pattern is the
//! secret; what is around it stays. Where the form alone says too little, a proof is asked for. Most matches begin with a
//! hint, so that the pattern is tried there and nowhere else.

/// What a secret looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// Texts in small letters, of which one stands in every match, separated by blanks.
    pub(crate) hints: &'static str,
    pub(crate) pattern: &'static str,
    pub(crate) proof: Proof,
    pub(crate) place: Place,
}

/// Where a match stands to its hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It begins there, and a pattern that does not match is soon done with.
    Begins,
    /// Somewhere around it.
    Around,
}

/// What a match must be beside its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The form is enough.
    Form,
    /// Letters and digits in no order: not a word, not a name.
    Random,
    /// Anything that somebody might have chosen, and no placeholder.
    Chosen,
}

const fn rule(name: &'static str, hints: &'static str, pattern: &'static str) -> Rule {
    proven(name, hints, pattern, Proof::Form)
}

const fn proven(name: &'static str, hints: &'static str, pattern: &'static str, proof: Proof) -> Rule {
    Rule { name, hints, pattern, proof, place: Place::Begins }
}

/// A rule whose hints stand within its matches, or whose pattern may look far for the end of one.
const fn around(rule: Rule) -> Rule {
    Rule { place: Place::Around, ..rule }
}

pub(crate) const RULES: &[Rule] = &[
    // Keys in blocks. One that is cut off is one too.
    rule(
        "private-key",
        "-----begin",
        r"(?s)(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z))",
    ),
    rule("putty-key", "putty-user-key-file", r"(?s)(PuTTY-User-Key-File-[0-9].*?(?:Private-MAC: [0-9a-f]+|\z))"),
    rule("age-key", "age-secret-key-1", r"(?i-u:\b(AGE-SECRET-KEY-1[0-9A-Z]{58}))"),
    // Clouds.
    rule("aws-key-id", "akia asia abia acca", r"(?-u:\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b)"),
    around(proven(
        "aws-secret-key",
        "aws secret_access_key secretaccesskey",
        r#"(?i-u:\b(?:aws[A-Za-z0-9_.\-]{0,20}|)secret[_\-]?(?:access[_\-]?)?key["']?[ \t]{0,8}(?:=|:|=>)[ \t]{0,8}["']?([A-Za-z0-9/+]{40}))(?:[^A-Za-z0-9/+=]|$)"#,
        Proof::Random,
    )),
    rule("google-api-key", "aiza", r"(?-u:\b(AIza[0-9A-Za-z_\-]{35})(?:\b|$))"),
    rule("google-oauth", "ya29. gocspx-", r"(?-u:\b(ya29\.[0-9A-Za-z_\-]{20,}|GOCSPX-[0-9A-Za-z_\-]{28}))"),
    rule("azure-storage-key", "accountkey=", r"(?i-u:AccountKey=([A-Za-z0-9+/]{80,}={0,2}))"),
    around(rule("azure-signature", "sig=", r"(?-u:[?&;]sig=([A-Za-z0-9%+/]{40,}={0,2}))")),
    around(rule("digitalocean-token", "_v1_", r"(?-u:\b(do[opr]_v1_[a-f0-9]{64})\b)")),
    rule("alibaba-key-id", "ltai", r"(?-u:\b(LTAI[A-Za-z0-9]{16,24})\b)"),
    rule("databricks-token", "dapi", r"(?-u:\b(dapi[0-9a-f]{32})\b)"),
    rule("vault-token", "hvs. hvb. hvr.", r"(?-u:\b(hv[sbr]\.[A-Za-z0-9_\-]{24,}))"),
    around(rule("terraform-token", ".atlasv1.", r"(?-u:\b([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,}))")),
    // Code.
    rule(
        "github-token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"(?-u:\b(gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}))",
    ),
    rule(
        "gitlab-token",
        "glpat- gldt- glrt- glptt- glft- glsoat- glcbt- glagent- glimt- gloas-",
        r"(?-u:\b(gl(?:pat|dt|rt|ptt|ft|soat|cbt|agent|imt|oas)-[A-Za-z0-9_\-.]{20,}))",
    ),
    rule("npm-token", "npm_", r"(?-u:\b(npm_[A-Za-z0-9]{36})\b)"),
    rule("pypi-token", "pypi-ageichlwas5vcmc", r"(?-u:\b(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_\-]{50,}))"),
    rule("docker-token", "dckr_pat_ dckr_oat_", r"(?-u:\b(dckr_[po]at_[A-Za-z0-9_\-]{27,}))"),
    rule("rubygems-token", "rubygems_", r"(?-u:\b(rubygems_[a-f0-9]{48})\b)"),
    // Services.
    rule("slack-token", "xox xapp-", r"(?-u:\b(xox[abeoprs]-[A-Za-z0-9\-]{10,}|xapp-[0-9]-[A-Za-z0-9\-]{20,}))"),
    rule(
        "slack-webhook",
        "hooks.slack.com",
        r"(?i-u:hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/+]{20,}))",
    ),
    around(rule(
        "discord-webhook",
        "/api/webhooks/",
        r"(?i-u:discord(?:app)?\.com/api/webhooks/([0-9]{15,}/[A-Za-z0-9_\-]{40,}))",
    )),
    rule(
        "stripe-key",
        "sk_live_ sk_test_ rk_live_ rk_test_ whsec_",
        r"(?-u:\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}))",
    ),
    proven(
        "openai-key",
        "sk-",
        r"(?-u:\b(sk-(?:proj-|svcacct-|admin-|ant-[a-z0-9]{2,8}-|or-v1-)?[A-Za-z0-9_\-]{24,}))",
        Proof::Random,
    ),
    rule("huggingface-token", "hf_", r"(?-u:\b(hf_[A-Za-z0-9]{34})\b)"),
    rule("sendgrid-key", "sg.", r"(?-u:\b(SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}))"),
    rule("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"(?-u:\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b)"),
    around(rule("telegram-token", ":aa", r"(?-u:\b([0-9]{8,10}:AA[A-Za-z0-9_\-]{33}))(?:[^A-Za-z0-9_\-]|$)")),
    rule("twilio-key", "sk", r"(?-u:\b(SK[0-9a-f]{32})\b)"),
    rule("linear-key", "lin_api_", r"(?-u:\b(lin_api_[A-Za-z0-9]{40})\b)"),
    rule("grafana-token", "glsa_ glc_", r"(?-u:\b(glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,}))"),
    rule("newrelic-key", "nrak-", r"(?-u:\b(NRAK-[A-Z0-9]{27})\b)"),
    rule("doppler-token", "dp.pt.", r"(?-u:\b(dp\.pt\.[A-Za-z0-9]{43})\b)"),
    // Anywhere.
    around(rule("jwt", "eyj", r"(?-u:\b(eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}))")),
    rule(
        "password-hash",
        "$1$ $2a$ $2b$ $2y$ $5$ $6$ $y$ $argon2",
        r"(\$(?:1|2[aby]|5|6|y|argon2id?|argon2[di])\$[./A-Za-z0-9$=,+]{20,})",
    ),
    rule(
        "authorization",
        "authorization bearer",
        r#"(?i-u:\b(?:authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:basic|bearer|token|digest|negotiate)|bearer)[ \t]+([A-Za-z0-9+/=._~\-]{16,}))"#,
    ),
    rule(
        "basic-authorization",
        "authorization",
        r#"(?i-u:\bauthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?basic[ \t]+([A-Za-z0-9+/=]{4,}))"#,
    ),
    around(proven(
        "url-password",
        "://",
        r#"(?i-u:[a-z][a-z0-9+.\-]{1,20}://)[^ \t\r\n/:@"'<>]{0,100}:([^ \t\r\n/@"'<>]{1,200})@"#,
        Proof::Chosen,
    )),
    around(rule(
        "sudo-password",
        "sudo",
        r#"echo[ \t]+["']?([^"'|\n]{1,200}?)["']?[ \t]*\|[ \t]*sudo[ \t]+-[A-Za-z]*S"#,
    )),
    proven(
        "assignment",
        "passw passphrase pwd _pwd secret token api_key apikey api-key access_key accesskey access-key private_key privatekey private-key credential auth_key authkey auth-key",
        ASSIGNMENT,
        Proof::Chosen,
    ),
];

/// `DB_PASSWORD=…`, `"api_key": "…"`, `token => '…'`, from the word on that tells.
const ASSIGNMENT: &str = r#"(?x)
    (?i-u: (?: passw(?:or)?d | passphrase | \b pwd | _pwd | secret | token | api[_\-]?key | access[_\-]?key
        | private[_\-]?key | credentials? | auth[_\-]?key ) [A-Z0-9_]{0,20} )
    \\? ["']? [\ \t]{0,8} (?: => | := | = | : ) [\ \t]{0,8}
    (?: \\? "([^"\\\r\n]{4,400}) | \\? '([^'\\\r\n]{4,400}) | ([^\s"'`,;&<>()\[\]{}|\\]{4,400}) )"#;

/// Names of members whose value, a whole string, is a secret: the ends of names, in small letters and without `_` and `-`.
pub(crate) const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secretkey",
    "secretaccesskey",
    "apikey",
    "accesskey",
    "privatekey",
    "clientsecret",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "bearertoken",
    "sessiontoken",
    "apitoken",
    "token",
    "credential",
    "authkey",
];

#[cfg(test)]
mod tests {
    use super::RULES;
    use regex::Regex;

    #[test]
    fn every_rule_has_a_pattern_with_a_group_and_hints_in_small_letters() {
        for rule in RULES {
            let pattern = Regex::new(rule.pattern).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
            assert!(pattern.captures_len() > 1, "{}", rule.name);
            assert!(!pattern.is_match(""), "{}", rule.name);
            assert!(!rule.hints.is_empty() && rule.hints == rule.hints.to_ascii_lowercase(), "{}", rule.name);
        }
    }

    #[test]
    fn a_name_stands_for_one_rule() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES.iter().skip(index + 1).all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
