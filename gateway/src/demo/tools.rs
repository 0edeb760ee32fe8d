//! The 23 tools of an SSH server, over simulated hosts.
//!
//! What they are called and what they take stands in `tools.json`; what they say is prose, and a command that fails is
//! no error of its tool. They know nothing of the protocol, and bound whatever they remember.

use crate::json::{Fault, Limits, Object, Value, scan};

use super::host::{Host, Output};

/// The longest line that a terminal takes, in bytes.
const MAX_LINE: usize = 4096;
/// Lines that a terminal runs in one call.
const MAX_LINES: usize = 64;
/// Connections, terminals, tunnels and transfers that are remembered, of each.
const MAX_KEPT: usize = 32;

/// What a tool says: it did it, or it could not.
pub(super) type Said = Result<String, String>;

/// The tools, and everything that outlives a call.
#[derive(Debug)]
pub(super) struct Tools {
    definitions: Vec<Value>,
    connections: Vec<Connection>,
    tasks: Vec<Task>,
    transfers: Vec<Transfer>,
    terminals: Vec<Terminal>,
    tunnels: Vec<Tunnel>,
    issued: u64,
}

/// A saved connection, and the host at its other end.
#[derive(Debug)]
struct Connection {
    id: String,
    address: String,
    port: u64,
    user: String,
    tags: String,
    open: bool,
    host: Host,
}

/// A command that is said to run again and again.
#[derive(Debug)]
struct Task {
    id: String,
    connection: String,
    command: String,
    /// Milliseconds, as the caller wrote them.
    interval: String,
}

/// A file that is said to have been copied.
#[derive(Debug)]
struct Transfer {
    id: String,
    sentence: String,
    bytes: usize,
}

/// A terminal, with the line that is being typed.
#[derive(Debug)]
struct Terminal {
    id: String,
    connection: String,
    typed: String,
}

/// A port that is said to be forwarded.
#[derive(Debug)]
struct Tunnel {
    id: String,
    connection: String,
    local: u64,
    sentence: String,
}

impl Tools {
    /// The tools, with `web-1` and `web-2` connected.
    pub(super) fn new() -> Result<Self, Fault> {
        let file = scan(include_bytes!("tools.json"), &Limits::reply(1 << 20))?;
        let web = |id: &str, address: &str| Connection {
            tags: "production, web".to_owned(),
            ..Connection::new(id, address, 22, "deploy")
        };
        Ok(Self {
            definitions: file.as_array().unwrap_or_default().to_vec(),
            connections: vec![web("web-1", "203.0.113.11"), web("web-2", "203.0.113.12")],
            tasks: Vec::new(),
            transfers: Vec::new(),
            terminals: Vec::new(),
            tunnels: Vec::new(),
            issued: 0,
        })
    }

    /// The definitions, as `tools/list` gives them.
    pub(super) fn definitions(&self) -> &[Value] {
        &self.definitions
    }

    /// The definition of the tool called `name`.
    pub(super) fn definition(&self, name: &str) -> Option<&Object> {
        self.definitions.iter().filter_map(Value::as_object).find(|definition| definition.text("name") == Some(name))
    }

    /// Uses a tool, with arguments that fit its definition.
    pub(super) fn call(&mut self, name: &str, arguments: &Object) -> Said {
        let text = |name: &str| arguments.text(name).unwrap_or_default();
        let id = text("connectionId");
        match name {
            "connect" => self.connect(arguments),
            "disconnect" => self.disconnect(id),
            "listConnections" => Ok(list("Saved connections", &self.connections, Connection::describe)),
            "getConnection" => Ok(self.connection(id)?.describe()),
            "deleteConnection" => {
                self.disconnect(id)?;
                self.connections.retain(|connection| connection.id != id);
                Ok(format!("Deleted connection {id}."))
            }
            "executeCommand" => self.execute(id, text("command"), arguments.text("cwd")),
            "backgroundExecute" => self.start_task(id, text("command"), arguments),
            "stopBackground" => {
                self.connection(id)?;
                match take(&mut self.tasks, |task| task.connection == id) {
                    Some(task) => Ok(format!("Stopped background task {} on {id}.", task.id)),
                    None => Ok(format!("No background task is running on {id}.")),
                }
            }
            "getCurrentDirectory" => Ok(self.open(id)?.host.cwd().to_owned()),
            "uploadFile" => self.upload(id, arguments),
            "downloadFile" => self.download(id, arguments),
            "batchUploadFiles" => self.batch(id, arguments, "uploaded", Self::upload),
            "batchDownloadFiles" => self.batch(id, arguments, "downloaded", Self::download),
            "getFileTransferStatus" => {
                let id = text("transferId");
                let found = self.transfers.iter().find(|transfer| transfer.id == id);
                found.map(Transfer::describe).ok_or_else(|| format!("No file transfer {id}."))
            }
            "listFileTransfers" => Ok(list("File transfers", &self.transfers, Transfer::describe)),
            "listActiveSessions" => {
                let open: Vec<&Connection> = self.connections.iter().filter(|connection| connection.open).collect();
                Ok(list("Active sessions", &open, |connection| connection.describe()))
            }
            "listBackgroundTasks" => Ok(list("Background tasks", &self.tasks, Task::describe)),
            "stopAllBackgroundTasks" => {
                Ok(format!("Stopped {} background task(s).", std::mem::take(&mut self.tasks).len()))
            }
            "mcp_ssh_mcp_createTerminalSession" => self.open_terminal(id, arguments),
            "mcp_ssh_mcp_writeToTerminal" => self.write_terminal(text("sessionId"), text("data")),
            "createTunnel" => self.open_tunnel(id, arguments),
            "closeTunnel" => {
                let id = text("tunnelId");
                let closed = take(&mut self.tunnels, |tunnel| tunnel.id == id);
                closed.map(|_| format!("Closed tunnel {id}.")).ok_or_else(|| format!("No tunnel {id}."))
            }
            "listTunnels" => Ok(list("Tunnels", &self.tunnels, Tunnel::describe)),
            _ => Err(format!("{name} does nothing here.")),
        }
    }

    fn connect(&mut self, arguments: &Object) -> Said {
        let text = |name: &str| arguments.text(name).unwrap_or_default();
        let (address, user) = (text("host"), text("username"));
        let port = port(arguments, "port", 22)?;
        if text("password").is_empty() && text("privateKey").is_empty() {
            return Err(format!("Could not connect to {address}: all configured authentication methods failed."));
        }
        let id = arguments.text("name").unwrap_or(address);
        take(&mut self.connections, |connection| connection.id == id);
        room(&self.connections)?;
        let tags = arguments.get("tags").and_then(Value::as_array).unwrap_or_default();
        let tags = tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        let connection = Connection { tags, ..Connection::new(id, address, port, user) };
        let said = format!("Connected.\n\n{}", connection.describe());
        self.connections.push(connection);
        Ok(said)
    }

    fn disconnect(&mut self, id: &str) -> Said {
        self.connection(id)?.open = false;
        self.tasks.retain(|task| task.connection != id);
        self.terminals.retain(|terminal| terminal.connection != id);
        self.tunnels.retain(|tunnel| tunnel.connection != id);
        Ok(format!("Disconnected from {id}."))
    }

    fn execute(&mut self, id: &str, command: &str, cwd: Option<&str>) -> Said {
        let host = &mut self.open(id)?.host;
        let output = match cwd {
            Some(cwd) => host.run_in(cwd, command),
            None => host.run(command),
        };
        Ok(format!("{}{}", show(&output), host.prompt()))
    }

    fn start_task(&mut self, id: &str, command: &str, arguments: &Object) -> Said {
        self.open(id)?;
        let interval = match arguments.get("interval") {
            Some(Value::Number(number)) => number.to_string(),
            _ => "10000".to_owned(),
        };
        let before = take(&mut self.tasks, |task| task.connection == id);
        let replaced = before.map_or_else(String::new, |task| format!("Replaced: {} ({})\n", task.id, task.command));
        let task = Task { id: self.issue("bg"), connection: id.to_owned(), command: command.to_owned(), interval };
        let said = format!("Started in the background.\n{}\n{replaced}Stop it with stopBackground.", task.describe());
        self.tasks.push(task);
        Ok(said)
    }

    fn upload(&mut self, id: &str, arguments: &Object) -> Said {
        self.open(id)?;
        let text = |name: &str| arguments.text(name).unwrap_or_default();
        let sentence = format!("Uploaded {} to {id}:{}", text("localPath"), text("remotePath"));
        Ok(self.record(sentence, 2048))
    }

    fn download(&mut self, id: &str, arguments: &Object) -> Said {
        let remote = arguments.text("remotePath").unwrap_or_default();
        let found = self.open(id)?.host.file(remote);
        let file = found.ok_or_else(|| format!("Download failed: {remote}: No such file"))?;
        let local = arguments.text("localPath").or_else(|| remote.rsplit('/').next()).unwrap_or(remote);
        let sentence = format!("Downloaded {id}:{remote} to {local}");
        Ok(self.record(sentence, file.len()))
    }

    fn record(&mut self, sentence: String, bytes: usize) -> String {
        if self.transfers.len() >= MAX_KEPT {
            self.transfers.remove(0);
        }
        let transfer = Transfer { id: self.issue("transfer"), sentence, bytes };
        let said = transfer.describe();
        self.transfers.push(transfer);
        said
    }

    fn batch(&mut self, id: &str, arguments: &Object, deed: &str, each: fn(&mut Self, &str, &Object) -> Said) -> Said {
        self.open(id)?;
        let files = arguments.get("files").and_then(Value::as_array).unwrap_or_default();
        let (mut done, mut lines) = (0, Vec::new());
        for file in files.iter().filter_map(Value::as_object) {
            let said = each(self, id, file);
            done += usize::from(said.is_ok());
            lines.push(said.unwrap_or_else(|fault| fault));
        }
        lines.push(format!("{done} of {} file(s) {deed}.", files.len()));
        Ok(lines.join("\n\n"))
    }

    fn open_terminal(&mut self, id: &str, arguments: &Object) -> Said {
        room(&self.terminals)?;
        let prompt = self.open(id)?.host.prompt();
        let size = |name: &str, usual: u64| arguments.get(name).and_then(Value::as_u64).unwrap_or(usual);
        let (columns, rows) = (size("cols", 80), size("rows", 24));
        let term = arguments.text("term").unwrap_or("xterm-256color");
        let terminal = Terminal { id: self.issue("term"), connection: id.to_owned(), typed: String::new() };
        let said = format!("Opened terminal {} on {id} ({term}, {columns}x{rows}).\n\n{prompt}", terminal.id);
        self.terminals.push(terminal);
        Ok(said)
    }

    /// Runs what was typed once its return key arrives, however many calls the line was spread over.
    fn write_terminal(&mut self, id: &str, data: &str) -> Said {
        let found = self.terminals.iter_mut().find(|terminal| terminal.id == id);
        let terminal = found.ok_or_else(|| format!("No terminal {id}."))?;
        let connection = terminal.connection.clone();
        let mut typed = format!("{}{data}", std::mem::take(&mut terminal.typed));
        let rest = typed.split_off(typed.rfind(['\r', '\n']).map_or(0, |end| end + 1));
        if rest.len() > MAX_LINE {
            return Err(format!("The line typed into {id} is longer than {MAX_LINE} bytes; it was dropped."));
        }
        terminal.typed = rest;
        let host = &mut self.open(&connection)?.host;
        let mut screen = format!("Sent {} byte(s) to {id}.", data.len());
        for line in typed.split(['\r', '\n']).filter(|line| !line.is_empty()).take(MAX_LINES) {
            let prompt = host.prompt();
            let output = host.run(line);
            screen.push_str(&format!("\n\n{prompt}{line}\n{}", show(&output)));
        }
        Ok(screen)
    }

    fn open_tunnel(&mut self, id: &str, arguments: &Object) -> Said {
        room(&self.tunnels)?;
        self.open(id)?;
        let (local, remote) = (port(arguments, "localPort", 0)?, port(arguments, "remotePort", 0)?);
        if self.tunnels.iter().any(|tunnel| tunnel.local == local) {
            return Err(format!("Could not listen on 127.0.0.1:{local}: address already in use."));
        }
        let host = arguments.text("remoteHost").unwrap_or_default();
        let note = arguments.text("description").map_or_else(String::new, |note| format!("\nNote: {note}"));
        let sentence = format!("127.0.0.1:{local} -> {host}:{remote} through {id}{note}");
        let tunnel = Tunnel { id: self.issue("tunnel"), connection: id.to_owned(), local, sentence };
        let said = format!("Tunnel open.\n{}", tunnel.describe());
        self.tunnels.push(tunnel);
        Ok(said)
    }

    fn connection(&mut self, id: &str) -> Result<&mut Connection, String> {
        let found = self.connections.iter_mut().find(|connection| connection.id == id);
        found.ok_or_else(|| format!("No connection {id}. See listConnections."))
    }

    fn open(&mut self, id: &str) -> Result<&mut Connection, String> {
        let connection = self.connection(id)?;
        if connection.open { Ok(connection) } else { Err(format!("{id} is not connected.")) }
    }

    fn issue(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("{kind}-{}", self.issued)
    }
}

impl Connection {
    fn new(id: &str, address: &str, port: u64, user: &str) -> Self {
        Self {
            id: id.to_owned(),
            address: address.to_owned(),
            port,
            user: user.to_owned(),
            tags: String::new(),
            open: true,
            host: Host::new(id, user),
        }
    }

    fn describe(&self) -> String {
        let Self { id, address, port, user, tags, .. } = self;
        let state = if self.open { "connected" } else { "disconnected" };
        let tags = if tags.is_empty() { String::new() } else { format!("\nTags: {tags}") };
        format!("ID: {id}\nHost: {user}@{address}:{port}\nStatus: {state}\nDirectory: {}{tags}", self.host.cwd())
    }
}

impl Task {
    fn describe(&self) -> String {
        let Self { id, connection, command, interval } = self;
        format!("ID: {id}\nConnection: {connection}\nCommand: {command}\nInterval: {interval} ms")
    }
}

impl Transfer {
    fn describe(&self) -> String {
        format!("{}\nID: {}\nStatus: completed (100%, {} bytes)", self.sentence, self.id, self.bytes)
    }
}

impl Tunnel {
    fn describe(&self) -> String {
        format!("ID: {}\n{}", self.id, self.sentence)
    }
}

fn show(output: &Output) -> String {
    let mut text = output.out.clone();
    if !output.err.is_empty() {
        text.push_str(&format!("stderr:\n{}", output.err));
    }
    if output.code != 0 || text.is_empty() {
        text.push_str(&format!("exit code: {}\n", output.code));
    }
    text
}

fn list<T>(title: &str, items: &[T], describe: impl Fn(&T) -> String) -> String {
    if items.is_empty() {
        return format!("{title}: none.");
    }
    let items: Vec<String> = items.iter().map(describe).collect();
    format!("{title} ({}):\n\n{}", items.len(), items.join("\n\n"))
}

fn take<T>(items: &mut Vec<T>, which: impl Fn(&T) -> bool) -> Option<T> {
    let place = items.iter().position(which)?;
    Some(items.remove(place))
}

fn room<T>(items: &[T]) -> Result<(), String> {
    if items.len() < MAX_KEPT { Ok(()) } else { Err(format!("There are {MAX_KEPT} already; close one first.")) }
}

fn port(arguments: &Object, name: &str, usual: u64) -> Result<u64, String> {
    let number = arguments.get(name).map_or(Some(usual), Value::as_u64).filter(|port| (1..=65535).contains(port));
    number.ok_or_else(|| format!("{name} must be a port, from 1 to 65535."))
}

#[cfg(test)]
mod tests;
