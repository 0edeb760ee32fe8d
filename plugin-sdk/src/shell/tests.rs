use super::{Command, Connector, MAX_BYTES, MAX_COMMANDS, MAX_WORDS, Redirection, Word, recognise};

/// One line for what became of a text: `name <word> <pattern>? <home>~ {redirection} | name`, or the code of the
/// refusal, the offending text and its position.
fn told(text: &str) -> String {
    match recognise(text) {
        Ok(commands) => commands.iter().map(command).collect(),
        Err(refusal) => format!("{} {} {}", refusal.code().as_str(), refusal.at(), refusal.token()),
    }
}

fn command(command: &Command) -> String {
    let connector = match command.connector {
        Connector::Start => "",
        Connector::And => " && ",
        Connector::Or => " || ",
        Connector::Pipe => " | ",
        Connector::Then => " ; ",
    };
    let words = command.words.iter().map(word);
    let redirections = command.redirections.iter().map(|redirection| match redirection {
        Redirection::ErrorsToOutput => " {2>&1}".to_owned(),
        Redirection::OutputToErrors => " {>&2}".to_owned(),
        Redirection::Discard => " {>null}".to_owned(),
        Redirection::Read(path) => format!(" {{<{}}}", word(path)),
    });
    format!("{connector}{}{}", command.name.as_str(), words.chain(redirections).collect::<String>())
}

fn word(word: &Word) -> String {
    let mark = match (word.in_home(), word.is_pattern()) {
        (false, false) => "",
        (false, true) => "?",
        (true, false) => "~",
        (true, true) => "~?",
    };
    format!(" <{}>{mark}", word.text())
}

fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(told(text), *expected, "{text:?}");
    }
}

#[test]
fn simple_commands_are_split_into_words() {
    check(&[
        ("ls", "ls"),
        ("ls -la /var/log", "ls <-la> </var/log>"),
        ("  ls\t-l  ", "ls <-l>"),
        ("/bin/ls -l", "ls <-l>"),
        ("/sbin/ip a", "ip <a>"),
        ("/usr/sbin/ss -s", "ss <-s>"),
        ("/usr/bin/tail -n 5 x", "tail <-n> <5> <x>"),
        ("[ -f /etc/hosts ]", "[ <-f> </etc/hosts> <]>"),
        ("7z l x", "7z <l> <x>"),
        ("a_b-c.d+e x", "a_b-c.d+e <x>"),
        ("_x", "_x"),
        (
            "echo -- - -a --b=c +d @e %f ,g :h .i /j ^k =l m=n o^p q#r",
            "echo <--> <-> <-a> <--b=c> <+d> <@e> <%f> <,g> <:h> <.i> </j> <^k> <=l> <m=n> <o^p> <q#r>",
        ),
        ("echo a=b=c PATH=/x", "echo <a=b=c> <PATH=/x>"),
        ("echo if then for time", "echo <if> <then> <for> <time>"),
        ("echo 1 2 22", "echo <1> <2> <22>"),
    ]);
}

#[test]
fn quotes_are_removed() {
    check(&[
        ("echo ''", "echo <>"),
        ("echo \"\"", "echo <>"),
        ("echo 'a b' \"c d\"", "echo <a b> <c d>"),
        ("echo a'b'\"c\"d", "echo <abcd>"),
        ("echo 'a\"b' \"c'd\"", "echo <a\"b> <c'd>"),
        ("echo '\\a' 'a\\'", "echo <\\a> <a\\>"),
        ("echo '$x `y` !z'", "echo <$x `y` !z>"),
        ("echo \"a\\\"b\" \"c\\\\d\" \"e\\$f\" \"g\\`h\"", "echo <a\"b> <c\\d> <e$f> <g`h>"),
        ("echo \"\\a\\n\\t\\*\" \"\\ \"", "echo <\\a\\n\\t\\*> <\\ >"),
        (
            "echo \\a \\\\ \\' \\\" \\  \\$ \\` \\; \\| \\& \\( \\) \\< \\> \\# \\~ \\* \\? \\[ \\{ \\} \\!",
            "echo <a> <\\> <'> <\"> < > <$> <`> <;> <|> <&> <(> <)> <<> <>> <#> <~> <*> <?> <[> <{> <}> <!>",
        ),
        ("echo 'é' \"日本\"", "echo <é> <日本>"),
        ("echo '\t' \"\t\"", "echo <\t> <\t>"),
        ("echo ''a '' b''", "echo <a> <> <b>"),
        ("echo 'a;b|c&d>e<f(g){h}#i~j*'", "echo <a;b|c&d>e<f(g){h}#i~j*>"),
        ("echo \"a;b|c&d>e<f(g){h}#i~j*?[\"", "echo <a;b|c&d>e<f(g){h}#i~j*?[>"),
    ]);
}

#[test]
fn commands_are_joined() {
    check(&[
        ("a && b", "a && b"),
        ("a || b", "a || b"),
        ("a | b", "a | b"),
        ("a ; b", "a ; b"),
        ("a;b", "a ; b"),
        ("a;", "a"),
        ("a ; ", "a"),
        ("a\nb", "a ; b"),
        ("a\n\n\nb\n", "a ; b"),
        ("\n\na", "a"),
        ("a &&\nb", "a && b"),
        ("a ||\n\n b", "a || b"),
        ("a |\n\tb", "a | b"),
        ("a;\nb", "a ; b"),
        ("a|b|c&&d||e;f\ng", "a | b | c && d || e ; f ; g"),
        ("a&&b", "a && b"),
        ("a||b", "a || b"),
        ("a 2>&1|b", "a {2>&1} | b"),
    ]);
}

#[test]
fn an_operator_needs_a_command_on_both_sides() {
    check(&[
        ("", "shell.empty 0 "),
        (" ", "shell.empty 1 "),
        ("\n", "shell.empty 1 "),
        ("\t \n", "shell.empty 3 "),
        (";", "shell.empty 0 ;"),
        ("; a", "shell.empty 0 ;"),
        ("a ;; b", "shell.empty 2 ;;"),
        ("a ; ; b", "shell.empty 4 ;"),
        ("a;;", "shell.empty 1 ;;"),
        ("&& a", "shell.empty 0 &&"),
        ("a &&", "shell.empty 4 "),
        ("a && && b", "shell.empty 5 &&"),
        ("a && ; b", "shell.empty 5 ;"),
        ("| a", "shell.empty 0 |"),
        ("a |", "shell.empty 3 "),
        ("a | | b", "shell.empty 4 |"),
        ("a |\n", "shell.empty 4 "),
        ("a\n&& b", "shell.empty 2 &&"),
        ("a\n| b", "shell.empty 2 |"),
        ("|| a", "shell.empty 0 ||"),
        ("a ||", "shell.empty 4 "),
        ("a || ; b", "shell.empty 5 ;"),
        ("a && \n", "shell.empty 6 "),
        ("2>&1", "shell.empty 0 "),
        ("> /dev/null", "shell.empty 0 "),
        ("< x", "shell.empty 0 "),
        ("2>&1 ls", "shell.empty 0 "),
        ("a | 2>&1", "shell.empty 4 "),
    ]);
}

#[test]
fn patterns_and_home_are_marked() {
    check(&[
        ("ls *.c", "ls <*.c>?"),
        ("ls a?b", "ls <a?b>?"),
        ("ls [ab]", "ls <[ab]>?"),
        ("ls [", "ls <[>?"),
        ("ls ]", "ls <]>"),
        ("ls a[b", "ls <a[b>?"),
        ("ls '*' \"?\" \\[", "ls <*> <?> <[>"),
        ("ls a'*'*", "ls <a**>?"),
        ("ls ~", "ls <~>~"),
        ("ls ~/x", "ls <~/x>~"),
        ("ls ~/*", "ls <~/*>~?"),
        ("ls ~;ls", "ls <~>~ ; ls"),
        ("ls ~|a", "ls <~>~ | a"),
        ("ls ~\t~", "ls <~>~ <~>~"),
        ("ls a~ a~b", "ls <a~> <a~b>"),
        ("ls '~' \\~ \"~/x\"", "ls <~> <~> <~/x>"),
        ("ls ''~", "ls <~>"),
        ("ls ~''", "shell.tilde 3 ~''"),
        ("ls ~\"/x\"", "shell.tilde 3 ~\"/x\""),
        ("ls ~root", "shell.tilde 3 ~root"),
        ("ls ~+", "shell.tilde 3 ~+"),
        ("ls ~-", "shell.tilde 3 ~-"),
        ("ls a=~", "shell.tilde 5 ~"),
        ("ls a=~/x", "shell.tilde 5 ~/x"),
        ("ls --a=~/x", "shell.tilde 7 ~/x"),
        ("ls a:~", "shell.tilde 5 ~"),
        ("ls a=b:~/x", "shell.tilde 7 ~/x"),
        ("ls a='='~", "shell.tilde 8 ~"),
        ("ls /~", "ls </~>"),
        ("cat < ~/x", "cat {< <~/x>~}"),
    ]);
}

#[test]
fn redirections_that_write_nothing_are_accepted() {
    check(&[
        ("ls 2>&1", "ls {2>&1}"),
        ("ls >&2", "ls {>&2}"),
        ("ls 1>&2", "ls {>&2}"),
        ("ls >/dev/null", "ls {>null}"),
        ("ls > /dev/null", "ls {>null}"),
        ("ls >>/dev/null", "ls {>null}"),
        ("ls 1>/dev/null 2>/dev/null", "ls {>null} {>null}"),
        ("ls 2>>\t/dev/null", "ls {>null}"),
        ("ls > '/dev/null'", "ls {>null}"),
        ("ls >/dev/null 2>&1", "ls {>null} {2>&1}"),
        ("ls 2>&1 >/dev/null", "ls {2>&1} {>null}"),
        ("ls 2>&1;b", "ls {2>&1} ; b"),
        ("ls 2>&1|b", "ls {2>&1} | b"),
        ("ls 2>&1&&b", "ls {2>&1} && b"),
        ("ls 2>&1\nb", "ls {2>&1} ; b"),
        ("wc < /etc/hosts", "wc {< </etc/hosts>}"),
        ("wc </etc/hosts", "wc {< </etc/hosts>}"),
        ("wc < 'a b' -l", "wc <-l> {< <a b>}"),
        ("ls >/dev/null a", "ls <a> {>null}"),
        ("ls 2 >&2", "ls <2> {>&2}"),
        ("ls a2 2>&1", "ls <a2> {2>&1}"),
        ("cat < 2", "cat {< <2>}"),
    ]);
}

#[test]
fn redirections_that_write_or_are_read_differently_are_refused() {
    check(&[
        ("ls > x", "shell.write 3 >"),
        ("ls >x", "shell.write 3 >x"),
        ("ls >> x", "shell.write 3 >>"),
        ("ls 2> x", "shell.write 3 2>"),
        ("ls 1>x", "shell.write 3 1>x"),
        ("ls > /dev/nullx", "shell.write 3 >"),
        ("ls > /dev/null/", "shell.write 3 >"),
        ("ls > /dev/sda", "shell.write 3 >"),
        ("ls > /dev/nul?", "shell.write 3 >"),
        ("ls > ~/dev/null", "shell.write 3 >"),
        ("ls >", "shell.write 3 >"),
        ("ls > ;a", "shell.write 3 >"),
        ("ls > 2>&1", "shell.write 3 >"),
        ("ls >| x", "shell.redirection 3 >|"),
        ("ls >|/dev/null", "shell.redirection 3 >|/dev/null"),
        ("ls &> /dev/null", "shell.redirection 3 &>"),
        ("ls &>x", "shell.redirection 3 &>"),
        ("ls &>>x", "shell.redirection 3 &>"),
        ("ls >& x", "shell.redirection 3 >&"),
        ("ls >&x", "shell.redirection 3 >&x"),
        ("ls >&1", "shell.redirection 3 >&1"),
        ("ls >&-", "shell.redirection 3 >&-"),
        ("ls 2>&-", "shell.redirection 3 2>&-"),
        ("ls 2>&3", "shell.redirection 3 2>&3"),
        ("ls 3>&1", "shell.redirection 3 3>&1"),
        ("ls 22>&1", "shell.redirection 3 22>&1"),
        ("ls 12>/dev/null", "shell.redirection 3 12>/dev/null"),
        ("ls 3>/dev/null", "shell.redirection 3 3>/dev/null"),
        ("ls 0</dev/null", "shell.redirection 3 0</dev/null"),
        ("ls 2</dev/null", "shell.redirection 3 2</dev/null"),
        ("ls <&0", "shell.redirection 3 <&0"),
        ("ls <&-", "shell.redirection 3 <&-"),
        ("ls <> x", "shell.redirection 3 <>"),
        ("ls 2>&1>x", "shell.redirection 3 2>&1>x"),
        ("ls 2>&10", "shell.redirection 3 2>&10"),
        ("ls 2>&1x", "shell.redirection 3 2>&1x"),
        ("ls >&22", "shell.redirection 3 >&22"),
        ("ls >& 2", "shell.redirection 3 >&"),
        ("ls 2>& 1", "shell.redirection 3 2>&"),
        ("ls a>/dev/null", "shell.redirection 4 >/dev/null"),
        ("ls>/dev/null", "shell.redirection 2 >/dev/null"),
        ("ls x2>&1", "shell.redirection 5 >&1"),
        ("ls 'x'>/dev/null", "shell.redirection 6 >/dev/null"),
        ("ls>&2", "shell.redirection 2 >&2"),
        ("cat a<b", "shell.redirection 5 <b"),
        ("cat <", "shell.redirection 4 <"),
        ("cat < \n", "shell.redirection 4 <"),
        ("cat < ;", "shell.redirection 4 <"),
        ("cat < *", "shell.redirection 6 *"),
        ("cat < a*", "shell.redirection 6 a*"),
        ("cat < #a", "shell.comment 6 #"),
        ("ls > #a", "shell.comment 5 #"),
        ("ls |& b", "shell.redirection 3 |&"),
        ("cat < a<b", "shell.redirection 7 <b"),
        ("cat </dev/null>/dev/null", "shell.redirection 14 >/dev/null"),
        ("ls >/dev/null>/dev/null", "shell.redirection 13 >/dev/null"),
        ("ls \\2>&1", "shell.redirection 5 >&1"),
    ]);
}

#[test]
fn documents_and_substitutions_are_refused() {
    check(&[
        ("cat << E", "shell.here-document 4 <<"),
        ("cat <<E\nx\nE", "shell.here-document 4 <<"),
        ("cat <<-E", "shell.here-document 4 <<"),
        ("cat <<< x", "shell.here-document 4 <<"),
        ("cat <(ls)", "shell.process-substitution 4 <("),
        ("ls >(cat)", "shell.process-substitution 3 >("),
        ("ls 2>(cat)", "shell.redirection 3 2>(cat)"),
        ("cat 2<<E", "shell.redirection 4 2<<E"),
        ("echo $(id)", "shell.substitution 5 $("),
        ("echo \"$(id)\"", "shell.substitution 6 $("),
        ("echo a$(id)", "shell.substitution 6 $("),
        ("echo `id`", "shell.substitution 5 `id`"),
        ("echo \"`id`\"", "shell.substitution 6 `id`\""),
        ("echo a`id`b", "shell.substitution 6 `id`b"),
        ("$(id)", "shell.substitution 0 $("),
        ("`id`", "shell.substitution 0 `id`"),
        ("echo $((1+1))", "shell.substitution 5 $("),
        ("echo '$(id)'", "echo <$(id)>"),
        ("echo \"\\$(id)\"", "echo <$(id)>"),
    ]);
}

#[test]
fn expansions_are_refused() {
    check(&[
        ("echo $x", "shell.expansion 5 $x"),
        ("echo ${x}", "shell.expansion 5 ${x}"),
        ("echo $1", "shell.expansion 5 $1"),
        ("echo $?", "shell.expansion 5 $?"),
        ("echo $$", "shell.expansion 5 $$"),
        ("echo $", "shell.expansion 5 $"),
        ("echo a$", "echo <a$>"),
        ("echo a$ b", "echo <a$> <b>"),
        ("echo a$|cat", "shell.expansion 6 $|cat"),
        ("echo a$'b'", "shell.dollar-quote 6 $'b'"),
        ("echo \"a$\"'b'", "echo <a$b>"),
        ("echo \"a$ b\"", "shell.expansion 7 $"),
        ("echo \"a\"$\"b\"", "shell.dollar-quote 8 $\"b\""),
        ("echo \"$x\"", "shell.expansion 6 $x\""),
        ("echo \"a$\"", "echo <a$>"),
        ("echo $'a'", "shell.dollar-quote 5 $'a'"),
        ("echo $\"a\"", "shell.dollar-quote 5 $\"a\""),
        ("echo \"$'a'\"", "shell.expansion 6 $'a'\""),
        ("$x", "shell.expansion 0 $x"),
        ("$SHELL -c x", "shell.expansion 0 $SHELL"),
        ("echo $IFS", "shell.expansion 5 $IFS"),
        ("echo '$x'", "echo <$x>"),
        ("echo \\$x", "echo <$x>"),
    ]);
}

#[test]
fn groups_braces_and_functions_are_refused() {
    check(&[
        ("(ls)", "shell.group 0 (ls)"),
        ("( ls )", "shell.group 0 ("),
        ("ls (a)", "shell.group 3 (a)"),
        ("ls a)", "shell.group 4 )"),
        ("f() { ls; }", "shell.group 1 ()"),
        ("f()", "shell.group 1 ()"),
        ("f ()", "shell.group 2 ()"),
        ("{ ls; }", "shell.brace 0 {"),
        ("{ls,-l}", "shell.brace 0 {ls,-l}"),
        ("ls {a,b}", "shell.brace 3 {a,b}"),
        ("ls a{1..3}", "shell.brace 4 {1..3}"),
        ("ls {}", "shell.brace 3 {}"),
        ("ls }", "shell.brace 3 }"),
        ("ls '{a,b}'", "ls <{a,b}>"),
        ("ls \\{a\\}", "ls <{a}>"),
        ("ls !(a)", "shell.history 3 !(a)"),
        ("ls @(a|b)", "shell.group 4 (a|b)"),
        ("ls *(a)", "shell.group 4 (a)"),
        ("a=(b)", "shell.group 2 (b)"),
        ("((1))", "shell.group 0 ((1))"),
        ("[[ -f x ]]", "shell.reserved 0 [["),
        ("ls \"(a)\"", "ls <(a)>"),
    ]);
}

#[test]
fn reserved_words_are_refused_in_the_place_of_a_command() {
    check(&[
        ("if true", "shell.reserved 0 if"),
        ("then", "shell.reserved 0 then"),
        ("while true", "shell.reserved 0 while"),
        ("for x in y", "shell.reserved 0 for"),
        ("case x in", "shell.reserved 0 case"),
        ("time ls", "shell.reserved 0 time"),
        ("! ls", "shell.reserved 0 !"),
        ("a | ! b", "shell.reserved 4 !"),
        ("a && time b", "shell.reserved 5 time"),
        ("function f", "shell.reserved 0 function"),
        ("select x", "shell.reserved 0 select"),
        ("coproc ls", "shell.reserved 0 coproc"),
        ("until x", "shell.reserved 0 until"),
        ("do ls", "shell.reserved 0 do"),
        ("done", "shell.reserved 0 done"),
        ("fi", "shell.reserved 0 fi"),
        ("esac", "shell.reserved 0 esac"),
        ("in", "shell.reserved 0 in"),
        ("]]", "shell.reserved 0 ]]"),
        ("/bin/time ls", "time <ls>"),
    ]);
}

#[test]
fn names_are_bare() {
    check(&[
        ("'ls'", "shell.name 0 ls"),
        ("\"ls\"", "shell.name 0 ls"),
        ("l's'", "shell.name 0 ls"),
        ("r''m", "shell.name 0 rm"),
        ("r\\m", "shell.name 0 rm"),
        ("\\ls", "shell.name 0 ls"),
        ("~/ls", "shell.name 0 ~/ls"),
        ("./ls", "shell.name 0 ./ls"),
        ("../ls", "shell.name 0 ../ls"),
        ("/opt/ls", "shell.name 0 /opt/ls"),
        ("/usr/local/bin/ls", "shell.name 0 /usr/local/bin/ls"),
        ("/usr/local/sbin/ip", "shell.name 0 /usr/local/sbin/ip"),
        ("/sbin/x/ip", "shell.name 0 /sbin/x/ip"),
        ("/sbin/../ip", "shell.name 0 /sbin/../ip"),
        ("/bin/", "shell.name 0 /bin/"),
        ("/bin/./ls", "shell.name 0 /bin/./ls"),
        ("/bin/../ls", "shell.name 0 /bin/../ls"),
        ("/usr/bin/x/y", "shell.name 0 /usr/bin/x/y"),
        ("/usr/bin/", "shell.name 0 /usr/bin/"),
        ("/bin/[", "shell.name 0 /bin/["),
        ("*", "shell.name 0 *"),
        ("l?", "shell.name 0 l?"),
        ("[a]", "shell.name 0 [a]"),
        ("l*", "shell.name 0 l*"),
        ("-ls", "shell.name 0 -ls"),
        ("+ls", "shell.name 0 +ls"),
        (".", "shell.name 0 ."),
        ("..", "shell.name 0 .."),
        (":", "shell.name 0 :"),
        ("%1", "shell.name 0 %1"),
        ("@a", "shell.name 0 @a"),
        ("é", "shell.non-ascii 0 é"),
        ("ls,", "shell.name 0 ls,"),
        ("a/b", "shell.name 0 a/b"),
        ("^a", "shell.name 0 ^a"),
        ("'' ls", "shell.name 0 "),
        ("\"\" ls", "shell.name 0 "),
        (".ls", "shell.name 0 .ls"),
        ("a:b", "shell.name 0 a:b"),
        ("a@b", "shell.name 0 a@b"),
        ("/usr/bin/sudo x", "sudo <x>"),
    ]);
}

#[test]
fn assignments_are_refused() {
    check(&[
        ("A=b", "shell.assignment 0 A=b"),
        ("A=b ls", "shell.assignment 0 A=b"),
        ("A=", "shell.assignment 0 A="),
        ("A+=b", "shell.assignment 0 A+=b"),
        ("A[1]=b", "shell.assignment 0 A[1]=b"),
        ("A='x' ls", "shell.assignment 0 A=x"),
        ("a=b=c", "shell.assignment 0 a=b=c"),
        ("_=x", "shell.assignment 0 _=x"),
        ("LD_PRELOAD=/x ls", "shell.assignment 0 LD_PRELOAD=/x"),
        ("ls A=b", "ls <A=b>"),
        ("=a", "shell.name 0 =a"),
        ("1=a", "shell.name 0 1=a"),
        ("A-b=c", "shell.name 0 A-b=c"),
    ]);
}

#[test]
fn the_background_is_refused() {
    check(&[
        ("ls &", "shell.background 3 &"),
        ("ls & id", "shell.background 3 &"),
        ("ls&id", "shell.background 2 &"),
        ("& ls", "shell.background 0 &"),
        ("ls && id &", "shell.background 9 &"),
        ("ls &\n", "shell.background 3 &"),
        ("ls '&' \\& \"&\"", "ls <&> <&> <&>"),
    ]);
}

#[test]
fn line_ends_and_comments_are_refused() {
    check(&[
        ("ls \\\n-l", "shell.continuation 3 \\"),
        ("ls a\\\nb", "shell.continuation 4 \\"),
        ("l\\\ns", "shell.continuation 1 \\"),
        ("ls \"a\\\nb\"", "shell.continuation 5 \\"),
        ("ls 'a\nb'", "shell.quoted-newline 5 \\n"),
        ("ls \"a\nb\"", "shell.quoted-newline 5 \\n"),
        ("ls 'a\\\nb'", "shell.quoted-newline 6 \\n"),
        ("ls \\", "shell.escape 3 \\"),
        ("ls a\\", "shell.escape 4 \\"),
        ("ls # a", "shell.comment 3 #"),
        ("# a", "shell.comment 0 #"),
        ("ls a #b", "shell.comment 5 #"),
        ("ls #", "shell.comment 3 #"),
        ("ls a#b", "ls <a#b>"),
        ("ls '#'", "ls <#>"),
        ("ls;#a", "shell.comment 3 #"),
        ("ls \\\t", "shell.escape 3 \\"),
        ("ls \\é", "shell.escape 3 \\é"),
    ]);
}

#[test]
fn unclosed_quotes_are_refused() {
    check(&[
        ("ls 'a", "shell.quote 3 'a"),
        ("ls \"a", "shell.quote 3 \"a"),
        ("ls '", "shell.quote 3 '"),
        ("ls \"", "shell.quote 3 \""),
        ("ls a'b", "shell.quote 4 'b"),
        ("ls \"a\\\"", "shell.quote 3 \"a\\\""),
        ("ls 'a\"", "shell.quote 3 'a\""),
        ("ls \"a'", "shell.quote 3 \"a'"),
    ]);
}

#[test]
fn history_is_refused() {
    check(&[
        ("ls !a", "shell.history 3 !a"),
        ("ls a!b", "shell.history 4 !b"),
        ("ls !!", "shell.history 3 !!"),
        ("ls !$", "shell.history 3 !$"),
        ("ls \"!a\"", "shell.history 4 !a\""),
        ("ls \"a!b\"", "shell.history 5 !b\""),
        ("ls ! a", "ls <!> <a>"),
        ("ls !", "ls <!>"),
        ("ls '!a'", "ls <!a>"),
        ("ls \\!a", "ls <!a>"),
        ("ls \"a!\"", "ls <a!>"),
        ("ls \"a! b\"", "ls <a! b>"),
        ("test a != b", "test <a> <!=> <b>"),
        ("ls [!a]", "shell.history 4 !a]"),
        ("ls !=", "ls <!=>"),
        ("ls !;a", "shell.history 3 !;a"),
        ("ls \"!=\"", "ls <!=>"),
    ]);
}

#[test]
fn characters_that_shells_or_eyes_read_differently_are_refused() {
    check(&[
        ("ls \r", "shell.carriage-return 3 \\r"),
        ("ls\r\n", "shell.carriage-return 2 \\r"),
        ("ls 'a\rb'", "shell.carriage-return 5 \\r"),
        ("ls \"a\rb\"", "shell.carriage-return 5 \\r"),
        ("ls a\rb", "shell.carriage-return 4 \\r"),
        ("ls \0", "shell.control 3 \\u{0}"),
        ("ls 'a\0'", "shell.control 5 \\u{0}'"),
        ("ls \x1b[0m", "shell.control 3 \\u{1b}[0m"),
        ("ls '\x1b'", "shell.control 4 \\u{1b}'"),
        ("ls \x7f", "shell.control 3 \\u{7f}"),
        ("ls \"\x7f\"", "shell.control 4 \\u{7f}\""),
        ("ls \x0b", "shell.control 3 \\u{b}"),
        ("ls \x0c", "shell.control 3 \\u{c}"),
        ("ls é", "shell.non-ascii 3 é"),
        ("ls aé", "shell.non-ascii 4 é"),
        ("ls \"é\\\"\"", "shell.non-ascii 6 \\\"\""),
        ("ls \"aé\\n\"", "shell.non-ascii 7 \\n\""),
        ("é", "shell.non-ascii 0 é"),
        ("ls \u{a0}", "shell.non-ascii 3 \\u{a0}"),
        ("ls '\u{a0}'", "ls <\u{a0}>"),
        ("ls \u{2003}a", "shell.non-ascii 3 \\u{2003}a"),
        ("ls '\u{200b}'", "shell.invisible 4 \\u{200b}'"),
        ("ls \"\u{202e}\"", "shell.invisible 4 \\u{202e}\""),
        ("ls '\u{85}'", "shell.control 4 \\u{85}'"),
        ("ls '\u{2028}'", "shell.invisible 4 \\u{2028}'"),
        ("ls '\u{feff}'", "shell.invisible 4 \\u{feff}'"),
        ("ls '\u{e0041}'", "shell.invisible 4 \\u{e0041}'"),
        ("ls ＄x", "shell.non-ascii 3 \\u{ff04}x"),
        ("ls ；id", "shell.non-ascii 3 \\u{ff1b}id"),
        ("\u{feff}ls", "shell.non-ascii 0 \\u{feff}ls"),
        ("ls '\u{3164}'", "shell.invisible 4 \u{3164}'"),
    ]);
}

#[test]
fn a_text_has_at_most_16_kib() {
    let text = |bytes: usize| format!("echo {}", "a".repeat(bytes - 5));
    assert!(recognise(&text(MAX_BYTES)).is_ok());
    assert_eq!(told(&text(MAX_BYTES + 1)), "shell.too-long 16384 ");
}

#[test]
fn a_text_has_at_most_64_commands() {
    let text = |commands: usize| "a;".repeat(commands);
    assert_eq!(recognise(&text(MAX_COMMANDS)).expect("64 commands").len(), MAX_COMMANDS);
    assert_eq!(told(&text(MAX_COMMANDS + 1)), "shell.too-many-commands 128 a");
}

#[test]
fn a_text_has_at_most_512_words() {
    let text = |words: usize| "a ".repeat(words);
    assert!(recognise(&text(MAX_WORDS)).is_ok());
    assert_eq!(told(&text(MAX_WORDS + 1)), "shell.too-many-words 1024 a");
    assert_eq!(told(&format!("{}< b", text(MAX_WORDS))), "shell.too-many-words 1026 b");
}

#[test]
fn no_text_is_slow() {
    for unit in
        ["'", "\"", "''", "a''", "\\a", "(", "[", "~", "!", "1", "a ", "a;", "\n", " ", "*", "\"\\\\", "'é'", "2>&1 "]
    {
        let text = format!("a {}", unit.repeat(MAX_BYTES / unit.len() - 2));
        let begun = std::time::Instant::now();
        let _ = recognise(&text);
        assert!(begun.elapsed().as_millis() < 100, "{unit:?} takes {:?}", begun.elapsed());
    }
}

#[test]
fn a_refusal_says_what_and_where() {
    let check = |text: &str, sentence: &str| {
        assert_eq!(recognise(text).expect_err("the text is refused").to_string(), sentence);
    };
    check("ls `id`", "``id`` at position 3: a command within the command");
    check("ls &&", "at position 5: a command is missing here");
    check(
        "ls \u{202e}",
        "`\\u{202e}` at position 3: a character beyond ASCII outside quotes, or with a backslash behind it",
    );
    check(
        &format!("ls ${}", "a".repeat(90)),
        &format!("`${}…` at position 3: an expansion, whose value cannot be known beforehand", "a".repeat(39)),
    );
}
