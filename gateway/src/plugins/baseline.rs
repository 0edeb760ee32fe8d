//! WASI for plugins: what the standard library of every language asks for, answered without looking at the world.
//!
//! No environment, no arguments, an empty standard input; what is printed goes to the plugin's log, within its bounds; the
//! clocks stand still at the time of the call; random numbers are the same every time; leaving the process is a trap. Of
//! files and sockets there is nothing to link, so a plugin that imports them is refused when it is loaded.

use wasmtime::component::{Linker, Resource};

use super::lines::Stream;
use super::sandbox::{Sandbox, Stop};

mod bindings {
    wasmtime::component::bindgen!({
        path: "src/plugins/baseline.wit",
        imports: { default: trappable },
    });
}

use bindings::wasi::cli::{
    environment, exit, stderr, stdin, stdout, terminal_input, terminal_output, terminal_stderr, terminal_stdin,
    terminal_stdout,
};
use bindings::wasi::clocks::{monotonic_clock, wall_clock};
use bindings::wasi::io::{error, poll, streams};
use bindings::wasi::random::{insecure, insecure_seed, random};

/// How much a plugin may print or roll in one go, in bytes.
const CHUNK: u64 = 64 << 10;

/// The handles of the two streams that there are. Every other handle means nothing, and needs no table.
const STDOUT: u32 = 1;
const STDERR: u32 = 2;
const ANY: u32 = 0;

/// Links all of it.
pub(super) fn link(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    bindings::Baseline::add_to_linker::<_, wasmtime::component::HasSelf<_>>(linker, |sandbox| sandbox)
}

/// The interfaces that are linked here, less their versions.
pub(super) const INTERFACES: [&str; 18] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

impl Sandbox {
    fn nanoseconds(&self) -> u64 {
        self.now.as_millis().saturating_mul(1_000_000)
    }

    /// The next of the numbers that every call gets. (SplitMix64: Steele, Lea, Flood, OOPSLA 2014.)
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn roll_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        if len > CHUNK {
            return Err(Stop::Answer.into());
        }
        Ok((0..len).map(|_| self.roll().to_le_bytes()[0]).collect())
    }

    fn print(&mut self, stream: &Resource<streams::OutputStream>, bytes: &[u8]) {
        match stream.rep() {
            STDOUT => self.lines.print(Stream::Stdout, bytes),
            STDERR => self.lines.print(Stream::Stderr, bytes),
            _ => {}
        }
    }
}

impl environment::Host for Sandbox {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(None)
    }
}

impl exit::Host for Sandbox {
    fn exit(&mut self, _: Result<(), ()>) -> wasmtime::Result<()> {
        Err(Stop::Exit.into())
    }
}

impl stdin::Host for Sandbox {
    fn get_stdin(&mut self) -> wasmtime::Result<Resource<streams::InputStream>> {
        self.holds = true;
        Ok(Resource::new_own(ANY))
    }
}

impl stdout::Host for Sandbox {
    fn get_stdout(&mut self) -> wasmtime::Result<Resource<streams::OutputStream>> {
        self.holds = true;
        Ok(Resource::new_own(STDOUT))
    }
}

impl stderr::Host for Sandbox {
    fn get_stderr(&mut self) -> wasmtime::Result<Resource<streams::OutputStream>> {
        self.holds = true;
        Ok(Resource::new_own(STDERR))
    }
}

impl terminal_stdin::Host for Sandbox {
    fn get_terminal_stdin(&mut self) -> wasmtime::Result<Option<Resource<terminal_input::TerminalInput>>> {
        Ok(None)
    }
}

impl terminal_stdout::Host for Sandbox {
    fn get_terminal_stdout(&mut self) -> wasmtime::Result<Option<Resource<terminal_output::TerminalOutput>>> {
        Ok(None)
    }
}

impl terminal_stderr::Host for Sandbox {
    fn get_terminal_stderr(&mut self) -> wasmtime::Result<Option<Resource<terminal_output::TerminalOutput>>> {
        Ok(None)
    }
}

impl terminal_input::Host for Sandbox {}

impl terminal_input::HostTerminalInput for Sandbox {
    fn drop(&mut self, _: Resource<terminal_input::TerminalInput>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl terminal_output::Host for Sandbox {}

impl terminal_output::HostTerminalOutput for Sandbox {
    fn drop(&mut self, _: Resource<terminal_output::TerminalOutput>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl error::Host for Sandbox {}

impl error::HostError for Sandbox {
    fn to_debug_string(&mut self, _: Resource<error::Error>) -> wasmtime::Result<String> {
        Ok("closed".to_owned())
    }

    fn drop(&mut self, _: Resource<error::Error>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl poll::Host for Sandbox {
    fn poll(&mut self, waiting: Vec<Resource<poll::Pollable>>) -> wasmtime::Result<Vec<u32>> {
        Ok((0..u32::try_from(waiting.len()).unwrap_or(u32::MAX)).collect())
    }
}

impl poll::HostPollable for Sandbox {
    fn ready(&mut self, _: Resource<poll::Pollable>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn block(&mut self, _: Resource<poll::Pollable>) -> wasmtime::Result<()> {
        Ok(())
    }

    fn drop(&mut self, _: Resource<poll::Pollable>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl streams::Host for Sandbox {}

impl streams::HostInputStream for Sandbox {
    fn read(&mut self, _: Resource<streams::InputStream>, _: u64) -> wasmtime::Result<Input<Vec<u8>>> {
        Ok(Err(streams::StreamError::Closed))
    }

    fn blocking_read(&mut self, _: Resource<streams::InputStream>, _: u64) -> wasmtime::Result<Input<Vec<u8>>> {
        Ok(Err(streams::StreamError::Closed))
    }

    fn skip(&mut self, _: Resource<streams::InputStream>, _: u64) -> wasmtime::Result<Input<u64>> {
        Ok(Err(streams::StreamError::Closed))
    }

    fn blocking_skip(&mut self, _: Resource<streams::InputStream>, _: u64) -> wasmtime::Result<Input<u64>> {
        Ok(Err(streams::StreamError::Closed))
    }

    fn subscribe(&mut self, _: Resource<streams::InputStream>) -> wasmtime::Result<Resource<poll::Pollable>> {
        self.holds = true;
        Ok(Resource::new_own(ANY))
    }

    fn drop(&mut self, _: Resource<streams::InputStream>) -> wasmtime::Result<()> {
        Ok(())
    }
}

type Input<T> = Result<T, streams::StreamError>;

impl streams::HostOutputStream for Sandbox {
    fn check_write(
        &mut self,
        _: Resource<streams::OutputStream>,
    ) -> wasmtime::Result<Result<u64, streams::StreamError>> {
        Ok(Ok(CHUNK))
    }

    fn write(
        &mut self,
        stream: Resource<streams::OutputStream>,
        bytes: Vec<u8>,
    ) -> wasmtime::Result<Result<(), streams::StreamError>> {
        self.print(&stream, &bytes);
        Ok(Ok(()))
    }

    fn blocking_write_and_flush(
        &mut self,
        stream: Resource<streams::OutputStream>,
        bytes: Vec<u8>,
    ) -> wasmtime::Result<Result<(), streams::StreamError>> {
        self.print(&stream, &bytes);
        Ok(Ok(()))
    }

    fn flush(&mut self, _: Resource<streams::OutputStream>) -> wasmtime::Result<Result<(), streams::StreamError>> {
        Ok(Ok(()))
    }

    fn blocking_flush(
        &mut self,
        _: Resource<streams::OutputStream>,
    ) -> wasmtime::Result<Result<(), streams::StreamError>> {
        Ok(Ok(()))
    }

    fn subscribe(&mut self, _: Resource<streams::OutputStream>) -> wasmtime::Result<Resource<poll::Pollable>> {
        self.holds = true;
        Ok(Resource::new_own(ANY))
    }

    fn drop(&mut self, _: Resource<streams::OutputStream>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl monotonic_clock::Host for Sandbox {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.nanoseconds())
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(1_000_000)
    }

    fn subscribe_instant(&mut self, _: u64) -> wasmtime::Result<Resource<poll::Pollable>> {
        self.holds = true;
        Ok(Resource::new_own(ANY))
    }

    fn subscribe_duration(&mut self, _: u64) -> wasmtime::Result<Resource<poll::Pollable>> {
        self.holds = true;
        Ok(Resource::new_own(ANY))
    }
}

impl wall_clock::Host for Sandbox {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        let (seconds, rest) = (self.now.as_millis() / 1000, self.now.as_millis() % 1000);
        Ok(wall_clock::Datetime { seconds, nanoseconds: u32::try_from(rest).unwrap_or(0) * 1_000_000 })
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1_000_000 })
    }
}

impl random::Host for Sandbox {
    fn get_random_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        self.roll_bytes(len)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.roll())
    }
}

impl insecure::Host for Sandbox {
    fn get_insecure_random_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        self.roll_bytes(len)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.roll())
    }
}

impl insecure_seed::Host for Sandbox {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.roll(), self.roll()))
    }
}
