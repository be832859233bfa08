//! The accept loop of one thread.

use super::{client, connection};
use crate::refused;
use crate::reject::{Reject, RejectKind};
use crate::stream::send_at_once;
use crate::worker::Worker;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How long to wait when the system has no descriptor or memory for another connection.
const RESPITE: Duration = Duration::from_millis(50);

/// Accepts connections for ever; every one is a task of this thread.
pub async fn accept(worker: Rc<Worker>, listener: TcpListener, tls: Option<TlsAcceptor>) {
    loop {
        match next(&listener).await {
            Ok((tcp, peer)) => take(&worker, tcp, tls.as_ref(), peer),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(RESPITE).await;
            }
        }
    }
}

/// The next connection, and whom it is with.
async fn next(listener: &TcpListener) -> io::Result<(TcpStream, IpAddr)> {
    let (tcp, peer) = listener.accept().await?;
    send_at_once(&tcp);
    Ok((tcp, peer.ip().to_canonical()))
}

fn take(worker: &Rc<Worker>, tcp: TcpStream, tls: Option<&TlsAcceptor>, peer: IpAddr) {
    let speaks_for_many = client::is_trusted(peer, &worker.options.trusted_proxies);
    let seat = if speaks_for_many { worker.seats.take_for_many() } else { worker.seats.take(peer) };
    let Some(seat) = seat else {
        worker.counters.refused_connections.add(1);
        let reject = Reject::new(RejectKind::Overloaded, "there are too many connections").retry_after(1);
        // as far as it goes into the socket's buffer at once; a flood is not worth a task each, nor a handshake
        if tls.is_none() {
            drop(tcp.try_write(&refused::turned_away(worker, &reject)));
        }
        return;
    };
    // ends with the connection, or with the thread's runtime
    drop(tokio::task::spawn_local(connection::serve(Rc::clone(worker), tcp, tls.cloned(), peer, seat)));
}

/// A connection that broke before it was accepted says nothing about the next one.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_accepted_sends_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (tcp, peer) = next(&listener).await.unwrap();
        assert!(tcp.nodelay().unwrap());
        assert_eq!(peer, client.local_addr().unwrap().ip());
    }
}
