//! The variables that `huggingface_hub` reads, with its precedence.

use alam_models::side;
use std::path::PathBuf;

/// Where the cache is, where the hub is, and how to speak to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Environment {
    /// Folder of the cache: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `XDG_CACHE_HOME/huggingface/hub`, else
    /// `~/.cache/huggingface/hub`. `None` where none of them is set: a folder that is not the user's own, as one for temporary
    /// files, is where another user may have put a model.
    pub cache: Option<PathBuf>,
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
        let home = first(&["HOME", "USERPROFILE"]).map(PathBuf::from);
        let path = |value: String| match value.strip_prefix("~/") {
            Some(rest) => home.as_ref().map(|home| home.join(rest)),
            None => Some(PathBuf::from(value)),
        };
        let hf_home = get("HF_HOME").map_or_else(
            || {
                let caches = get("XDG_CACHE_HOME").map_or_else(|| Some(home.as_ref()?.join(".cache")), path);
                caches.map(|caches| caches.join("huggingface"))
            },
            path,
        );
        let in_home = |name: &str| hf_home.as_ref().map(|folder| folder.join(name));
        let cache = first(&["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]).map_or_else(|| in_home("hub"), path);
        let from_file = || {
            let file = get("HF_TOKEN_PATH").map_or_else(|| in_home("token"), path)?;
            side::text(&file, side::CONFIGURATION).ok().filter(|token| !token.trim().is_empty())
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
            certificates: first(&["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]).and_then(path),
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
        let cache = |variables: &[(&str, &str)]| read(variables).cache.unwrap();
        assert_eq!(cache(&[home]), PathBuf::from("/home/sami/.cache/huggingface/hub"));
        assert_eq!(cache(&[home, xdg]), PathBuf::from("/xdg/huggingface/hub"));
        assert_eq!(cache(&[home, xdg, hf_home]), PathBuf::from("/home/sami/hf/hub"));
        assert_eq!(cache(&[home, hf_home, ("HF_HUB_CACHE", "/c")]), PathBuf::from("/c"));
        assert_eq!(cache(&[home, ("HF_HOME", "")]), PathBuf::from("/home/sami/.cache/huggingface/hub"));
    }

    #[test]
    fn without_a_home_there_is_no_cache_that_nobody_has_named() {
        assert_eq!(read(&[]).cache, None);
        assert_eq!(read(&[("HF_HOME", "~/hf")]).cache, None);
        assert_eq!(read(&[("HF_HOME", "/hf")]).cache, Some(PathBuf::from("/hf/hub")));
        assert_eq!(read(&[("XDG_CACHE_HOME", "/x")]).cache, Some(PathBuf::from("/x/huggingface/hub")));
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
