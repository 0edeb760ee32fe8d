//! Certificates: what they say, whether they hold, and when they end. Nothing is signed, converted or written.

use crate::rule::Kind::{Count, Host, List, Local, Name, OneOf, Read, Word};
use crate::rule::{Rule, Style, any, at_most, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "x509",
        flags: "-noout -text -dates -startdate -enddate -subject -issuer -serial -fingerprint -sha1 -sha256 -sha512 \
                -email \
                -alias -purpose -subject_hash -issuer_hash -hash -ocsp_uri -modulus -pubkey -nocert",
        takes: &[
            ("-in", Read),
            ("-inform", OneOf("PEM DER pem der")),
            ("-checkend", Count),
            ("-checkhost -checkip -checkemail", Host),
            ("-nameopt -certopt -ext", Name),
        ],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    // Requests and lists of what was revoked. Without `-in` a request could be made.
    Rule {
        under: "req | crl",
        flags: "-noout -text -subject -verify -pubkey -modulus -issuer -lastupdate -nextupdate -fingerprint -sha256 \
                -hash \
               -crlnumber",
        takes: &[("-in", Read), ("-inform", OneOf("PEM DER pem der")), ("-nameopt -CAfile", Name)],
        needs: &["-noout", "-in <"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    // A chain, piece by piece: what the first one makes of public certificates goes to the second one.
    Rule {
        under: "crl2pkcs7",
        flags: "-nocrl",
        takes: &[("-certfile", Read)],
        needs: &["-nocrl", "-certfile"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "pkcs7",
        flags: "-print_certs -noout -text",
        takes: &[("-in", Read), ("-inform", OneOf("PEM DER pem der"))],
        needs: &["-print_certs"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "verify",
        flags: "-verbose -show_chain -x509_strict -crl_check -partial_chain",
        takes: &[
            ("-CAfile -untrusted -trusted -CRLfile", Read),
            ("-CApath", List),
            ("-purpose -verify_depth -attime", Name),
            ("-verify_hostname -verify_ip", Host),
        ],
        rest: any(Read),
        style: Style::Words,
        ..rule("openssl")
    },
    // What a service of this machine answers. Nothing may come in: it would be sent.
    Rule {
        under: "s_client",
        flags: "-showcerts -brief -quiet -status -tls1_2 -tls1_3 -no_tls1_2 -no_tls1_3 -prexit -ign_eof -4 -6 \
                -verify_return_error",
        takes: &[
            ("-connect", Local),
            ("-servername -verify_hostname", Host),
            ("-starttls", OneOf("smtp pop3 imap ftp xmpp ldap mysql postgres lmtp sieve")),
            ("-CAfile", Read),
            ("-CApath", List),
            ("-verify -alpn -cipher -ciphersuites", Name),
        ],
        needs: &["-connect", "<"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "version | ciphers",
        flags: "-a -v -V -d -b -s -stdname -tls1_2 -tls1_3",
        rest: at_most(1, Name),
        style: Style::Words,
        ..rule("openssl")
    },
    // Digests, by the name of the digest.
    Rule {
        under: "dgst | md5 | sha1 | sha256 | sha512",
        flags: "-md5 -sha1 -sha256 -sha512 -hex -r -c",
        rest: some(Read),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule { under: "certificates", ..rule("certbot") },
    Rule { under: "certs check-expiration | version", rest: none(), ..rule("kubeadm") },
    // Fingerprints of keys, which are for everybody. The files of the secret halves are not opened.
    Rule {
        flags: "-l -v",
        takes: &[("-f", Read), ("-E", OneOf("md5 sha1 sha256 sha512"))],
        needs: &["-l", "-f"],
        ..rule("ssh-keygen")
    },
    Rule {
        flags: "-list -v -rfc -cacerts",
        takes: &[("-alias", Word)],
        needs: &["-list", "-cacerts"],
        style: Style::Words,
        ..rule("keytool")
    },
    Rule {
        flags: "-printcert -v -rfc",
        takes: &[("-file", Read)],
        needs: &["-printcert", "-file"],
        style: Style::Words,
        ..rule("keytool")
    },
];
