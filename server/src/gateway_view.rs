//! The running gateway as the use cases see it.

use crate::trouble::Trouble;
use control::gateway::Trying;
use domain::Time;
use domain::budgets::{Budget, Spending};
use domain::gateway_status::{
    CertificateStatus, GatewayStatus, JournalStatus, Listener, NodeStatus, Traffic,
};
use domain::ids::ProviderId;
use domain::problem::{Problem, ProblemKind};
use domain::prompts::trial::PromptCall;
use domain::providers::KeyHealth;
use gateway::tls::{CertificateFacts, Certificates};
use gateway::{Gateway, Untried};
use journal::Journal;
use std::net::SocketAddr;
use std::sync::Arc;

pub struct GatewayView {
    pub gateway: Arc<Gateway>,
    pub journal: Arc<Journal>,
    pub trouble: Trouble,
    /// Of the listener that speaks TLS.
    pub certificates: Option<Certificates>,
    pub portal: SocketAddr,
    pub admin: SocketAddr,
}

impl control::gateway::Gateway for GatewayView {
    fn status(&self) -> GatewayStatus {
        let figures = self.gateway.figures();
        let certificates = self.certificates.as_ref().map(Certificates::facts).unwrap_or_default();
        GatewayStatus {
            listeners: self.listeners(),
            sequence: self.gateway.sequence(),
            troubles: self.trouble.lines(),
            traffic: Traffic {
                threads: self.gateway.threads(),
                calls: figures.calls.iter().sum(),
                refused: figures.rejects.iter().map(|(_, count)| count).sum(),
                calls_in_flight: figures.in_flight,
                open_connections: figures.open_connections,
                refused_connections: figures.refused_connections,
                failed_handshakes: figures.failed_handshakes,
            },
            journal: JournalStatus {
                pending_records: self.journal.pending().records,
                bytes_on_disk: self.journal.occupied_bytes(),
                failing: self.journal.is_failing(),
                unrecorded: figures.unrecorded,
            },
            certificates: certificates.into_iter().map(certificate).collect(),
        }
    }

    fn nodes(&self) -> Vec<NodeStatus> {
        self.gateway.nodes()
    }

    fn keys(&self, provider: &ProviderId) -> Vec<KeyHealth> {
        self.gateway.keys(provider.as_str())
    }

    fn spending(&self, budget: &Budget) -> Option<Spending> {
        Some(self.gateway.spending(budget))
    }

    fn try_prompt(&self, call: PromptCall) -> Trying {
        let gateway = Arc::clone(&self.gateway);
        Box::pin(async move { gateway.try_prompt(call).await.map_err(|untried| refused(&untried)) })
    }
}

fn refused(untried: &Untried) -> Problem {
    let (kind, retry_after_s) = match untried {
        Untried::Unfit(_) => (ProblemKind::Conflict, None),
        Untried::Busy => (ProblemKind::Unavailable, Some(1)),
        Untried::Unanswered => (ProblemKind::Unavailable, None),
    };
    Problem { retry_after_s, ..Problem::new(kind, untried.to_string()) }
}

impl GatewayView {
    fn listeners(&self) -> Vec<Listener> {
        let all = [
            ("gateway", Some(self.gateway.addr())),
            ("gateway-tls", self.gateway.tls_addr()),
            ("portal", Some(self.portal)),
            ("admin", Some(self.admin)),
        ];
        let listening = all.into_iter().filter_map(|(name, address)| Some((name, address?)));
        listening
            .map(|(name, address)| Listener { name: name.to_owned(), address: address.to_string() })
            .collect()
    }
}

fn certificate(facts: CertificateFacts) -> CertificateStatus {
    // beyond what a calendar holds: for ever
    let time = |seconds| Time::from_timestamp(seconds, 0).unwrap_or(Time::MAX_UTC);
    CertificateStatus {
        hosts: facts.hosts,
        issuer: facts.issuer,
        not_before: time(facts.not_before),
        not_after: time(facts.not_after),
    }
}
