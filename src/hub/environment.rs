//! The variables that `huggingface_hub` reads, with its precedence.

use std::path::PathBuf;

/// Where the cache is, where the hub is, and how to speak to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Environment {
    /// Folder of the cache: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `~/.cache/huggingface/hub`.
    pub cache: PathBuf,
    /// Address of the hub, without a slash at its end: `HF_ENDPOINT`.
    pub endpoint: String,
    /// `HF_TOKEN`, else what the file `HF_TOKEN_PATH` (`HF_HOME/token`) holds; `None` with `HF_HUB_DISABLE_IMPLICIT_TOKEN`.
    pub token: Option<String>,
    /// The variable that forbids the network, if one does: `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`.
    pub offline: Option<&'static str>,
    /// Certificates to trust instead of the built-in ones: `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE` or `CURL_CA_BUNDLE`.
    pub certificates: Option<PathBuf>,
}

/// Without the token: it must not appear in a log.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("cache", &self.cache)
            .field("endpoint", &self.endpoint)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .field("offline", &self.offline)
            .field("certificates", &self.certificates)
            .finish()
    }
}

impl Environment {
    /// Of this process.
    pub fn from_env() -> Environment {
        Environment::read(|name| std::env::var(name).ok())
    }

    /// From any source of variables; an empty one counts as not set.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Environment {
        let get = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let first = |names: &[&str]| names.iter().find_map(|name| get(name));
        let on =
            |name: &str| get(name).is_some_and(|v| matches!(v.to_uppercase().as_str(), "1" | "ON" | "YES" | "TRUE"));
        let home = first(&["HOME", "USERPROFILE"]).map_or_else(std::env::temp_dir, PathBuf::from);
        let path = |value: String| match value.strip_prefix("~/") {
            Some(rest) => home.join(rest),
            None => PathBuf::from(value),
        };
        let hf_home = get("HF_HOME").map(path).unwrap_or_else(|| {
            get("XDG_CACHE_HOME").map(path).unwrap_or_else(|| home.join(".cache")).join("huggingface")
        });
        let cache = first(&["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]).map(path).unwrap_or_else(|| hf_home.join("hub"));
        let from_file = || {
            let file = get("HF_TOKEN_PATH").map(path).unwrap_or_else(|| hf_home.join("token"));
            std::fs::read_to_string(file).ok().filter(|token| !token.trim().is_empty())
        };
        let token = if on("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
            None
        } else {
            first(&["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]).or_else(from_file).map(|token| token.trim().to_string())
        };
        let endpoint = get("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".into());
        Environment {
            cache,
            endpoint: endpoint.trim().trim_end_matches('/').to_string(),
            token,
            offline: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].into_iter().find(|name| on(name)),
            certificates: first(&["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]).map(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Environment {
        Environment::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_string()))
    }

    #[test]
    fn the_cache_is_found_with_the_precedence_of_huggingface_hub() {
        let home = ("HOME", "/home/sami");
        let xdg = ("XDG_CACHE_HOME", "/xdg");
        let hf_home = ("HF_HOME", "~/hf");
        assert_eq!(read(&[home]).cache, PathBuf::from("/home/sami/.cache/huggingface/hub"));
        assert_eq!(read(&[home, xdg]).cache, PathBuf::from("/xdg/huggingface/hub"));
        assert_eq!(read(&[home, xdg, hf_home]).cache, PathBuf::from("/home/sami/hf/hub"));
        assert_eq!(read(&[home, hf_home, ("HF_HUB_CACHE", "/c")]).cache, PathBuf::from("/c"));
        assert_eq!(read(&[home, ("HF_HOME", "")]).cache, PathBuf::from("/home/sami/.cache/huggingface/hub"));
    }

    #[test]
    fn the_token_comes_from_its_variable_or_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "hf_of_the_file\n").unwrap();
        let home = ("HF_HOME", folder.path().to_str().unwrap());
        assert_eq!(read(&[home]).token.as_deref(), Some("hf_of_the_file"));
        assert_eq!(read(&[("HF_TOKEN_PATH", file.to_str().unwrap())]).token.as_deref(), Some("hf_of_the_file"));
        assert_eq!(read(&[home, ("HF_TOKEN", " hf_of_the_variable\n")]).token.as_deref(), Some("hf_of_the_variable"));
        assert_eq!(read(&[home, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]).token, None);
    }

    #[test]
    fn offline_means_what_python_means_by_it() {
        for on in ["1", "on", "Yes", "TRUE"] {
            assert_eq!(read(&[("HF_HUB_OFFLINE", on)]).offline, Some("HF_HUB_OFFLINE"));
        }
        assert_eq!(read(&[("TRANSFORMERS_OFFLINE", "1")]).offline, Some("TRANSFORMERS_OFFLINE"));
        assert_eq!(read(&[("HF_HUB_OFFLINE", "0")]).offline, None);
    }

    #[test]
    fn an_endpoint_loses_its_last_slash() {
        assert_eq!(read(&[("HF_ENDPOINT", "http://mirror.example/hf/")]).endpoint, "http://mirror.example/hf");
        assert_eq!(read(&[]).endpoint, "https://huggingface.co");
    }

    #[test]
    fn a_token_is_never_printed() {
        assert!(!format!("{:?}", read(&[("HF_TOKEN", "hf_secret")])).contains("secret"));
    }
}
