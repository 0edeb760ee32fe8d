//! Certificates: what they say, whether they hold, and when they end. Nothing is signed, converted or written.

use crate::rule::Kind::{Certificate, Count, Host, Https, List, Name, OneOf, Peer, Read, Site, Text, Web, Word};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule};

pub(super) const RULES: &[Rule] = &[
    // It shows the certificate in a file, and no key that may be beside it.
    Rule {
        under: "x509",
        flags: "-noout -text -dates -startdate -enddate -subject -issuer -serial -fingerprint -md5 -sha1 -sha256 \
            -sha384 -sha512 \
                -email \
                -alias -purpose -subject_hash -subject_hash_old -issuer_hash -issuer_hash_old -hash -ocsp_uri -ocspid -modulus \
                -pubkey -nocert",
        takes: &[
            ("-in", Certificate),
            ("-inform", OneOf("PEM DER pem der")),
            ("-outform", OneOf("PEM DER pem der")),
            ("-checkend", Count),
            ("-checkhost -checkip -checkemail", Host),
            ("-nameopt -certopt -ext -dateopt", Name),
        ],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    // Requests and lists of what was revoked. Without `-in` a request could be made.
    Rule {
        under: "req | crl",
        flags: "-noout -text -subject -verify -pubkey -modulus -issuer -lastupdate -nextupdate -fingerprint -sha256 \
                -hash -hash_old \
               -crlnumber",
        takes: &[
            ("-in", Certificate),
            ("-inform", OneOf("PEM DER pem der")),
            ("-nameopt -reqopt", Name),
            ("-CAfile", Certificate),
            ("-CApath", List),
        ],
        needs: &["-noout", "-in <"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    // A chain, piece by piece: what the first one makes of public certificates goes to the second one.
    Rule {
        under: "crl2pkcs7",
        flags: "-nocrl",
        takes: &[("-certfile", Certificate)],
        needs: &["-nocrl", "-certfile"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "pkcs7",
        flags: "-print_certs -noout -text",
        takes: &[("-in", Certificate), ("-inform", OneOf("PEM DER pem der"))],
        needs: &["-print_certs"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "storeutl",
        flags: "-noout -text -certs -crls",
        needs: &["-certs -crls", "-noout"],
        rest: exactly(1, Certificate),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "verify",
        flags: "-verbose -show_chain -x509_strict -crl_check -crl_check_all -partial_chain -trusted_first -no-CAfile \
                -no-CApath -no_check_time -check_ss_sig -issuer_checks -policy_check",
        takes: &[
            ("-CAfile -untrusted -trusted -CRLfile", Certificate),
            ("-CApath", List),
            ("-purpose -verify_depth -attime -nameopt -auth_level", Name),
            ("-verify_hostname -verify_ip -verify_email", Host),
        ],
        rest: any(Certificate),
        style: Style::Words,
        ..rule("openssl")
    },
    // Whether it was revoked, by who signed it.
    Rule {
        under: "ocsp",
        flags: "-nonce -no_nonce -noverify -resp_text -req_text -text -trust_other -no_cert_verify",
        takes: &[
            ("-issuer -cert -CAfile -VAfile -verify_other", Certificate),
            ("-CApath", List),
            ("-url", Web),
            ("-timeout -validity_period -status_age", Count),
        ],
        needs: &["-issuer", "-cert", "-url"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "dhparam",
        flags: "-noout -text -check",
        takes: &[("-in", Certificate)],
        needs: &["-in", "-noout"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    // What a service answers before anything is said. Nothing may come in but the end: it would be sent.
    Rule {
        under: "s_client",
        flags: "-showcerts -brief -quiet -status -tls1 -tls1_1 -tls1_2 -tls1_3 -no_tls1 -no_tls1_1 -no_tls1_2 -no_tls1_3 \
                -no_ssl3 -prexit -ign_eof -no_ign_eof -4 -6 -verify_return_error -verify_quiet -x509_strict -crl_check \
                -crl_check_all -partial_chain -trusted_first -no-CAfile -no-CApath -noservername -no_ticket -reconnect -state -msg \
                -debug -tlsextdebug -security_debug -legacy_server_connect -legacy_renegotiation -no_legacy_server_connect -bugs \
                -comp -no_comp -nocommands -fallback_scsv -ct -noct -crlf -enable_pha -no_etm -dtls -dtls1_2",
        takes: &[
            ("-connect", Peer),
            ("-servername -verify_hostname -verify_ip -name -xmpphost", Host),
            ("-starttls", OneOf("smtp pop3 imap ftp xmpp xmpp-server telnet irc ldap mysql postgres lmtp sieve nntp")),
            ("-CAfile -verifyCAfile -chainCAfile", Certificate),
            ("-CApath", List),
            ("-verify -alpn -nextprotoneg -cipher -ciphersuites -curves -groups -sigalgs -nameopt -purpose", Text),
            ("-min_protocol -max_protocol -serverinfo -verify_depth -dane_tlsa_domain -attime", Name),
            ("-dane_tlsa_rrdata", Text),
        ],
        needs: &["-connect", "< <quit"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "version | ciphers",
        flags: "-a -v -V -d -b -e -f -m -o -p -r -s -c -stdname -convert -tls1 -tls1_1 -tls1_2 -tls1_3 -psk -srp",
        takes: &[("-ciphersuites", Name)],
        rest: at_most(1, Text),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule {
        under: "list",
        flags: "-1 -commands -digest-commands -digest-algorithms -cipher-commands -cipher-algorithms -public-key-algorithms \
                -public-key-methods -providers -engines -disabled -kdf-algorithms -mac-algorithms -random-generators \
                -key-exchange-algorithms -kem-algorithms -signature-algorithms -tls-groups -verbose",
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule { under: "errstr", rest: exactly(1, Word), style: Style::Words, ..rule("openssl") },
    // Digests, by the name of the digest.
    Rule {
        under: "dgst | md5 | sha1 | sha224 | sha256 | sha384 | sha512",
        flags: "-md5 -sha1 -sha256 -sha512 -hex -r -c",
        rest: any(Read),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule { under: "certificates", takes: &[("--cert-name -d --domain", Host)], ..rule("certbot") },
    Rule { under: "certs check-expiration | version", rest: none(), ..rule("kubeadm") },
    Rule { flags: "--list", needs: &["--list"], ..rule("acme.sh") },
    Rule {
        under: "list",
        takes: &[("--filter", OneOf("ca-anchors trust-policy blocklist certificates")), ("--purpose", Name)],
        ..rule("trust")
    },
    // What is in a certificate, or in that of a server.
    Rule {
        under: "certificate inspect/fingerprint/needs-renewal",
        flags: "--short --bundle --insecure --verbose",
        takes: &[("--format", OneOf("text json pem hex base64")), ("--servername", Host), ("--expires-in", Name)],
        rest: exactly(1, Certificate),
        ..rule("step")
    },
    Rule {
        under: "certificate inspect/fingerprint/needs-renewal",
        flags: "--short --bundle --insecure --verbose",
        takes: &[("--format", OneOf("text json pem hex base64")), ("--servername", Host), ("--expires-in", Name)],
        rest: exactly(1, Https),
        ..rule("step")
    },
    Rule {
        flags: "-i -l --certificate-info --crl-info --crq-info --inder --verify-chain -e",
        takes: &[("--infile", Certificate)],
        needs: &["-i -l -e --certificate-info --crl-info --crq-info --verify-chain", "--infile"],
        style: Style::Words,
        ..rule("certtool")
    },
    Rule {
        flags: "--print-cert --insecure --no-ca-verification --ocsp -e --resume",
        takes: &[
            ("-p --port --starttls-proto --alpn", Name),
            ("--sni-hostname --verify-hostname", Host),
            ("--priority", Text),
            ("--x509cafile", Certificate),
        ],
        needs: &["< <quit"],
        rest: exactly(1, Site),
        ..rule("gnutls-cli")
    },
    Rule {
        under: "certinfo",
        takes: &[("-cert", Certificate), ("-domain", Host)],
        needs: &["-cert -domain"],
        style: Style::Words,
        ..rule("cfssl")
    },
    Rule {
        takes: &[("-cert", Certificate), ("-domain", Host)],
        needs: &["-cert -domain"],
        style: Style::Words,
        ..rule("cfssl-certinfo")
    },
    // Certificates in a store, and no keys. Not `-X`, which makes a store where none is.
    Rule {
        flags: "-L -a",
        takes: &[("-d", Name), ("-n", Text), ("-h", Name)],
        needs: &["-L"],
        style: Style::Words,
        ..rule("certutil")
    },
    // What a server agrees to.
    Rule {
        flags: "--no-colour --no-color --show-certificate --show-certificates --show-ciphers --show-times \
            --no-check-certificate \
                --no-ciphersuites --no-compression --no-fallback --no-groups --no-heartbleed --no-renegotiation --no-cipher-details \
                --iana-names --ocsp --tlsall --tls10 --tls11 --tls12 --tls13 --ipv4 --ipv6 --starttls-ftp --starttls-imap \
                --starttls-irc --starttls-ldap --starttls-pop3 --starttls-smtp --starttls-mysql --starttls-psql --starttls-xmpp \
                --verbose -4 -6",
        takes: &[("--sni-name", Host), ("--sleep --timeout --connect-timeout", Count)],
        rest: exactly(1, Web),
        ..rule("sslscan")
    },
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
        flags: "-printcert -printcrl -printcertreq -v -rfc",
        takes: &[("-file", Certificate), ("-sslserver", Peer)],
        needs: &["-printcert -printcrl -printcertreq", "-file -sslserver"],
        style: Style::Words,
        ..rule("keytool")
    },
];
