//! What credentials look like, as data.
//!
//! A rule is tried where one of its hints stands in the text, in whatever case. Most begin with a hint, so that the pattern
//! is tried there and nowhere else. Where the form alone says too little, a proof is asked for.

/// What a secret looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// Texts in small letters, of which one stands in every match, separated by blanks.
    pub(crate) hints: &'static str,
    pub(crate) form: Form,
    pub(crate) proof: Proof,
}

/// Where a match stands to its hint, and the pattern of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// It begins there: what stands before the secret, and the secret, each as far as it goes.
    Begins(&'static str, &'static str),
    /// Somewhere around it; the first group of the pattern is the secret, or all of the match where there is none.
    Around(&'static str),
    /// The hint is in the name of what is assigned; see `assignment`.
    Assigned,
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
    /// What its name lets expect: a password may be anything, a token must be random.
    Named,
}

/// A secret that begins with one of its hints.
const fn rule(name: &'static str, hints: &'static str, secret: &'static str) -> Rule {
    behind(name, hints, "", secret)
}

/// A secret that stands behind something that begins with one of its hints.
const fn behind(name: &'static str, hints: &'static str, before: &'static str, secret: &'static str) -> Rule {
    Rule { name, hints, form: Form::Begins(before, secret), proof: Proof::Form }
}

/// A rule whose hints stand within its matches, or whose pattern may look far for the end of one.
const fn around(name: &'static str, hints: &'static str, pattern: &'static str) -> Rule {
    Rule { form: Form::Around(pattern), ..rule(name, hints, pattern) }
}

const fn proven(rule: Rule, proof: Proof) -> Rule {
    Rule { proof, ..rule }
}

pub(crate) const RULES: &[Rule] = &[
    // Keys in blocks. One that is cut off is one too.
    rule(
        "private-key",
        "-----begin",
        r"(?s)-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)",
    ),
    rule("putty-key", "putty-user-key-file", r"(?s)PuTTY-User-Key-File-[0-9].*?(?:Private-MAC: [0-9a-f]+|\z)"),
    rule("age-key", "age-secret-key-1", r"(?i-u:\bAGE-SECRET-KEY-1[0-9A-Z]{58})"),
    // Clouds.
    rule("aws-key-id", "akia asia abia acca", r"(?-u:\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b)"),
    proven(
        around(
            "aws-secret-key",
            "aws secret_access_key secretaccesskey",
            r#"(?i-u:\b(?:aws[A-Za-z0-9_.\-]{0,20}|)secret[_\-]?(?:access[_\-]?)?key["']?[ \t]{0,8}(?:=|:|=>)[ \t]{0,8}["']?([A-Za-z0-9/+]{40}))(?:[^A-Za-z0-9/+=]|$)"#,
        ),
        Proof::Random,
    ),
    rule("google-api-key", "aiza", r"(?-u:\bAIza[0-9A-Za-z_\-]{35}(?:\b|$))"),
    rule("google-oauth", "ya29. gocspx-", r"(?-u:\b(?:ya29\.[0-9A-Za-z_\-]{20,}|GOCSPX-[0-9A-Za-z_\-]{28}))"),
    behind("azure-storage-key", "accountkey=", r"(?i-u:AccountKey=)", r"(?-u:[A-Za-z0-9+/]{80,}={0,2})"),
    around("azure-signature", "sig=", r"(?-u:[?&;]sig=([A-Za-z0-9%+/]{40,}={0,2}))"),
    rule("digitalocean-token", "doo_v1_ dop_v1_ dor_v1_", r"(?-u:\bdo[opr]_v1_[a-f0-9]{64}\b)"),
    rule("alibaba-key-id", "ltai", r"(?-u:\bLTAI[A-Za-z0-9]{16,24}\b)"),
    rule("databricks-token", "dapi", r"(?-u:\bdapi[0-9a-f]{32}\b)"),
    rule("vault-token", "hvs. hvb. hvr.", r"(?-u:\bhv[sbr]\.[A-Za-z0-9_\-]{24,})"),
    around("terraform-token", ".atlasv1.", r"(?-u:\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,})"),
    // Code.
    rule(
        "github-token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"(?-u:\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}))",
    ),
    rule(
        "gitlab-token",
        "glpat- gldt- glrt- glptt- glft- glsoat- glcbt- glagent- glimt- gloas-",
        r"(?-u:\bgl(?:pat|dt|rt|ptt|ft|soat|cbt|agent|imt|oas)-[A-Za-z0-9_\-.]{20,})",
    ),
    rule("npm-token", "npm_", r"(?-u:\bnpm_[A-Za-z0-9]{36}\b)"),
    rule("pypi-token", "pypi-ageichlwas5vcmc", r"(?-u:\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_\-]{50,})"),
    rule("docker-token", "dckr_pat_ dckr_oat_", r"(?-u:\bdckr_[po]at_[A-Za-z0-9_\-]{27,})"),
    rule("rubygems-token", "rubygems_", r"(?-u:\brubygems_[a-f0-9]{48}\b)"),
    // Services.
    rule("slack-token", "xox xapp-", r"(?-u:\b(?:xox[abeoprs]-[A-Za-z0-9\-]{10,}|xapp-[0-9]-[A-Za-z0-9\-]{20,}))"),
    behind(
        "slack-webhook",
        "hooks.slack.com",
        r"(?i-u:hooks\.slack\.com/(?:services|workflows|triggers)/)",
        r"(?-u:[A-Za-z0-9/+]{20,})",
    ),
    around(
        "discord-webhook",
        "/api/webhooks/",
        r"(?i-u:discord(?:app)?\.com/api/webhooks/([0-9]{15,}/[A-Za-z0-9_\-]{40,}))",
    ),
    rule(
        "stripe-key",
        "sk_live_ sk_test_ rk_live_ rk_test_ whsec_",
        r"(?-u:\b(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}))",
    ),
    proven(
        rule(
            "openai-key",
            "sk-",
            r"(?-u:\bsk-(?:proj-|svcacct-|admin-|ant-[a-z0-9]{2,8}-|or-v1-)?[A-Za-z0-9_\-]{24,})",
        ),
        Proof::Random,
    ),
    rule("huggingface-token", "hf_", r"(?-u:\bhf_[A-Za-z0-9]{34}\b)"),
    rule("sendgrid-key", "sg.", r"(?-u:\bSG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43})"),
    rule("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"(?-u:\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b)"),
    around("telegram-token", ":aa", r"(?-u:\b([0-9]{8,10}:AA[A-Za-z0-9_\-]{33}))(?:[^A-Za-z0-9_\-]|$)"),
    rule("twilio-key", "sk0 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 sk9 ska skb skc skd ske skf", r"(?-u:\bSK[0-9a-f]{32}\b)"),
    rule("linear-key", "lin_api_", r"(?-u:\blin_api_[A-Za-z0-9]{40}\b)"),
    rule("grafana-token", "glsa_ glc_", r"(?-u:\b(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,}))"),
    rule("newrelic-key", "nrak-", r"(?-u:\bNRAK-[A-Z0-9]{27}\b)"),
    rule("doppler-token", "dp.pt.", r"(?-u:\bdp\.pt\.[A-Za-z0-9]{43}\b)"),
    // Anywhere.
    around("jwt", "eyj", r"(?-u:\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,})"),
    rule(
        "password-hash",
        "$1$ $2a$ $2b$ $2y$ $5$ $6$ $y$ $argon2",
        r"\$(?:1|2[aby]|5|6|y|argon2id?|argon2[di])\$[./A-Za-z0-9$=,+]{20,}",
    ),
    behind(
        "authorization",
        "authorization bearer",
        r#"(?i-u:\b(?:authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:basic|bearer|token|digest|negotiate)|bearer)[ \t]+)"#,
        r"(?-u:[A-Za-z0-9+/=._~\-]{16,})",
    ),
    behind(
        "basic-authorization",
        "authorization",
        r#"(?i-u:\bauthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?basic[ \t]+)"#,
        r"(?-u:[A-Za-z0-9+/=]{4,})",
    ),
    proven(
        around(
            "url-password",
            "://",
            r#"(?i-u:[a-z][a-z0-9+.\-]{1,20}://)[^ \t\r\n/:@"'<>]{0,100}:([^ \t\r\n/@"'<>]{1,200})@"#,
        ),
        Proof::Chosen,
    ),
    around("sudo-password", "sudo", r#"echo[ \t]+["']?([^"'|\n]{1,200}?)["']?[ \t]*\|[ \t]*sudo[ \t]+-[A-Za-z]*S"#),
    Rule {
        name: ASSIGNMENT,
        hints: "passwd password passphrase pwd _pwd secret token api_key apikey api-key access_key accesskey access-key private_key privatekey private-key credential credentials auth_key authkey auth-key",
        form: Form::Assigned,
        proof: Proof::Named,
    },
];

/// The rule that goes by the name before a value.
pub(crate) const ASSIGNMENT: &str = "assignment";

#[cfg(test)]
mod tests {
    use super::{Form, RULES};
    use regex::Regex;

    #[test]
    fn every_rule_has_hints_in_small_letters_and_a_pattern_that_is_not_in_every_text() {
        for rule in RULES {
            assert!(!rule.hints.is_empty() && rule.hints == rule.hints.to_ascii_lowercase(), "{}", rule.name);
            let (Form::Begins(_, pattern) | Form::Around(pattern)) = rule.form else { continue };
            let pattern = Regex::new(pattern).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
            assert!(!pattern.is_match(""), "{}", rule.name);
        }
    }

    #[test]
    fn a_name_stands_for_one_rule() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES.iter().skip(index + 1).all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
