//! Passwords: hashed with argon2id, never on the threads that answer requests, a few at a time, and with a bound on
//! how many wait for that.

use crate::error::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use domain::check::Invalid;
use domain::problem::{Problem, ProblemKind};
use tokio::sync::{Semaphore, SemaphorePermit};

/// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// How many passwords are hashed at once: bounds the memory that sign-ins take.
const AT_ONCE: usize = 4;

/// How many may be hashed or wait for it, a second's worth of work: who comes then is told to come back, rather than to
/// wait behind a flood.
const MOST_WAITING: usize = 64;

pub struct Passwords {
    places: Semaphore,
    waiting: Semaphore,
}

/// The right to have passwords hashed, one after the other; free again when dropped.
pub struct Place<'a> {
    passwords: &'a Passwords,
    _waiting: SemaphorePermit<'a>,
}

impl Passwords {
    pub fn new() -> Self {
        Self { places: Semaphore::new(AT_ONCE), waiting: Semaphore::new(MOST_WAITING) }
    }

    /// Refuses when too many wait already.
    pub fn place(&self) -> Result<Place<'_>> {
        let Ok(waiting) = self.waiting.try_acquire() else {
            let detail = "too many people are signing in at the moment; try again in a few seconds";
            let mut problem = Problem::new(ProblemKind::Unavailable, detail);
            problem.retry_after_s = Some(2);
            return Err(Error::Refused(problem));
        };
        Ok(Place { passwords: self, _waiting: waiting })
    }

    /// [`Place::hash`] for those who need nothing else.
    pub async fn hash(&self, field: &str, password: String) -> Result<String> {
        self.place()?.hash(field, password).await
    }

    /// Whether the hash was made with other parameters than today's, so that the next sign-in renews it.
    pub fn is_outdated(hash: &str) -> bool {
        PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_none_or(|params| params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES)
    }
}

impl Place<'_> {
    /// The hash in PHC form. Refuses what is on the list of common passwords.
    pub async fn hash(&self, field: &str, password: String) -> Result<String> {
        if is_common(&password) {
            return Err(Invalid::one(field, "is one of the most common passwords, choose another").into());
        }
        self.off_thread(move || hash_now(&password)).await?
    }

    /// Whether the password is the one that was hashed. Without a hash it takes the same time and says no.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(nobody);
        let matches = self
            .off_thread(move || {
                let parsed = PasswordHash::new(&hash)
                    .map_err(|error| Error::Internal(format!("unreadable password hash: {error}")))?;
                Ok::<_, Error>(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
            })
            .await??;
        Ok(matches && known)
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let closed =
            |error: &dyn std::fmt::Display| Error::Internal(format!("password work failed: {error}"));
        let _place = self.passwords.places.acquire().await.map_err(|error| closed(&error))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| closed(&error))
    }
}

/// Compared with when there is no such account, so that both cases take the same time: a hash that no password has.
fn nobody() -> String {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${salt}${hash}")
}

fn hash_now(password: &str) -> Result<String> {
    let failed = |error: &dyn std::fmt::Display| Error::Internal(format!("argon2: {error}"));
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| failed(&error))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2.hash_password(password.as_bytes()).map_err(|error| failed(&error))?.to_string())
}

/// The passwords that attackers try first and that are long enough to pass the length rule.
fn is_common(password: &str) -> bool {
    const COMMON: &str = include_str!("passwords/common.txt");
    let lowered = password.to_lowercase();
    COMMON.lines().any(|line| line == lowered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_verifies_and_no_other() {
        let passwords = Passwords::new();
        let hash = passwords.hash("password", "correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!Passwords::is_outdated(&hash));
        let place = passwords.place().unwrap();
        assert!(place.verify("correct horse battery".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!place.verify("correct horse batter".to_owned(), Some(hash)).await.unwrap());
        assert!(!place.verify("correct horse battery".to_owned(), None).await.unwrap());
        assert!(!Passwords::is_outdated(&nobody()), "takes as long as one of today");
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_sent_away() {
        let passwords = Passwords::new();
        let waiting: Vec<_> = (0..MOST_WAITING).map(|_| passwords.place().unwrap()).collect();
        let refused = passwords.hash("password", "correct horse battery".to_owned()).await;
        let refused = refused.unwrap_err().problem();
        assert_eq!((refused.kind, refused.retry_after_s), (ProblemKind::Unavailable, Some(2)));
        drop(waiting);
        passwords.hash("password", "correct horse battery".to_owned()).await.unwrap();
    }

    #[tokio::test]
    async fn common_passwords_are_refused() {
        let passwords = Passwords::new();
        for common in ["password1", "Password123", "qwertyuiop", "iloveyou", "12345678"] {
            assert!(passwords.hash("password", common.to_owned()).await.is_err(), "{common}");
        }
    }
}
