//! The program, serving.

use crate::client::{Answer, Client};
use crate::model::with_model;
use crate::sandbox::Sandbox;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A service with a small model; it ends with the test.
pub(crate) struct Server {
    pub(crate) sandbox: Sandbox,
    pub(crate) address: SocketAddr,
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Server {
    pub(crate) fn start(args: &[&str]) -> Server {
        Server::start_with(args, &[])
    }

    pub(crate) fn start_with(args: &[&str], environment: &[(&str, &str)]) -> Server {
        let sandbox = with_model();
        let mut all = [&["serve", "--model", "model"], args].concat();
        for (flag, usual) in [("--listen", "127.0.0.1:0"), ("--threads", "2")] {
            if !args.contains(&flag) {
                all.extend([flag, usual]);
            }
        }
        let mut command = sandbox.command(&all);
        let mut child = command.envs(environment.iter().copied()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let ready: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("{first}"));
        assert_eq!(ready["event"], "ready", "{first}");
        let log = Arc::new(Mutex::new(first));
        let written = log.clone();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let mut log = written.lock().unwrap();
                *log += &line;
                log.push('\n');
            }
        });
        Server { sandbox, address: ready["listen"].as_str().unwrap().parse().unwrap(), child, log }
    }

    pub(crate) fn client(&self) -> Client {
        Client::to(self.address)
    }

    /// The answer to one request of JSON.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.client().post(path, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.client().send("GET", path, &[], b"")
    }

    /// What was said on standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until something was said.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) {
        let begin = Instant::now();
        while !self.log().contains(words) {
            assert!(begin.elapsed() < Duration::from_secs(20), "wanted {words}, found {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// How it ends; it must not take longer than this.
    #[track_caller]
    pub(crate) fn ends_within(&mut self, time: Duration) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < time, "it goes on: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Bytes of memory that it holds.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
