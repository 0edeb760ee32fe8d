//! What a text must make a shell run, according to the recogniser.

use super::shell::{HOME, Runs};
use doorward_plugin::shell::{Command, Connector, Word};

pub(crate) fn expected(commands: &[Command]) -> Runs {
    let (mut runs, mut succeeded, mut running) = (Runs::new(), true, true);
    for command in commands {
        running = match command.connector {
            Connector::Start | Connector::Then => true,
            Connector::And => succeeded,
            Connector::Or => !succeeded,
            Connector::Pipe => running,
        };
        if running {
            succeeded = !command.name.as_str().starts_with('f');
            let words = command.words.iter().map(argument);
            runs.push(std::iter::once(command.name.as_str().to_owned()).chain(words).collect());
        }
    }
    runs.sort();
    runs
}

fn argument(word: &Word) -> String {
    match word.in_home() {
        true => word.text().replacen('~', HOME, 1),
        false => word.text().to_owned(),
    }
}
