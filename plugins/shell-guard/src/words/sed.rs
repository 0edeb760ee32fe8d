//! Which programs of `sed` only choose and change what is printed.
//!
//! A closed grammar: addresses, `p d q Q = n N D P g G h H x l`, `s` and `y`. Nothing that reads or writes a file or
//! runs anything (`r R w W e`, and the flags `w` and `e` of `s`), no text commands, no labels and branches. Where
//! implementations disagree on where a pattern ends, or on what a byte beyond ASCII hides behind it, the program is
//! refused.

/// The loop that everybody writes to join lines: it ends with the input.
const JOINS: [&str; 3] = [":a;N;$!ba;", ":a; N; $!ba; ", ":a;N;$!ba; "];

/// Whether `program` is one of them.
pub(super) fn is_harmless(program: &str) -> bool {
    let rest = JOINS.iter().find_map(|join| program.strip_prefix(join)).unwrap_or(program);
    let mut reader = Reader { rest, depth: 0 };
    program.is_ascii() && reader.commands().is_some() && reader.depth == 0
}

struct Reader<'a> {
    rest: &'a str,
    /// How many braces are open.
    depth: usize,
}

impl Reader<'_> {
    /// All commands to the end; none where one is not allowed.
    fn commands(&mut self) -> Option<()> {
        loop {
            self.skip(" \t;");
            let Some(first) = self.rest.chars().next() else { return Some(()) };
            if first == '}' {
                self.depth = self.depth.checked_sub(1)?;
                self.bump();
                self.end_of_command()?;
                continue;
            }
            self.addresses()?;
            match self.take()? {
                '{' => self.depth += 1,
                'p' | 'd' | '=' | 'n' | 'N' | 'D' | 'P' | 'g' | 'G' | 'h' | 'H' | 'x' => self.end_of_command()?,
                'q' | 'Q' | 'l' => {
                    self.skip("0123456789");
                    self.end_of_command()?;
                }
                's' => {
                    self.pair()?;
                    self.skip("gpiI0123456789");
                    self.end_of_command()?;
                }
                'y' => {
                    self.pair()?;
                    self.end_of_command()?;
                }
                _ => return None,
            }
        }
    }

    /// `1`, `$`, `/x/`, `1,5`, `/x/,+3`, `0~4`, each perhaps with `!` behind.
    fn addresses(&mut self) -> Option<()> {
        if self.address()? {
            self.skip(" ");
            if self.takes(',') {
                self.skip(" ");
                self.takes('+');
                self.address()?.then_some(())?;
            }
        }
        self.skip(" ");
        self.takes('!');
        self.skip(" ");
        Some(())
    }

    /// Whether an address stands here.
    fn address(&mut self) -> Option<bool> {
        match self.rest.chars().next()? {
            '0'..='9' => self.skip("0123456789~"),
            '$' => self.bump(),
            '/' => {
                self.bump();
                self.pattern('/')?;
                self.takes('I');
            }
            _ => return Some(false),
        }
        Some(true)
    }

    /// `/pattern/text/`, with one of the usual delimiters.
    fn pair(&mut self) -> Option<()> {
        let delimiter = self.take().filter(|c| "/|,#:@!%_~;=".contains(*c))?;
        self.pattern(delimiter)?;
        self.text(delimiter)
    }

    /// To the delimiter. One within brackets would end the pattern for some and not for others.
    fn pattern(&mut self, delimiter: char) -> Option<()> {
        let mut bracket = None;
        loop {
            let c = self.take()?;
            match bracket {
                None if c == delimiter => return Some(()),
                None if c == '\\' => {
                    self.take()?;
                }
                None if c == '[' => {
                    self.takes('^');
                    self.takes(']');
                    bracket = Some(());
                }
                None => {}
                Some(()) if c == delimiter || (c == '\\' && self.rest.starts_with([']', delimiter, '\\'])) => {
                    return None;
                }
                Some(()) if c == '[' && self.rest.starts_with([':', '.', '=']) => {
                    let (class, rest) = self.rest.split_once(']')?;
                    if class.contains(delimiter) || !class.ends_with(':') || class.len() < 3 {
                        return None;
                    }
                    self.rest = rest;
                }
                Some(()) if c == ']' => bracket = None,
                Some(()) => {}
            }
        }
    }

    fn text(&mut self, delimiter: char) -> Option<()> {
        loop {
            match self.take()? {
                c if c == delimiter => return Some(()),
                '\\' => {
                    self.take()?;
                }
                _ => {}
            }
        }
    }

    fn end_of_command(&mut self) -> Option<()> {
        self.skip(" \t");
        matches!(self.rest.chars().next(), None | Some(';' | '}')).then_some(())
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn bump(&mut self) {
        self.take();
    }

    fn skip(&mut self, characters: &str) {
        self.rest = self.rest.trim_start_matches(|c| characters.contains(c));
    }
}

#[cfg(test)]
mod tests;
