//! Blocks, one after the other, from the newest on.

use std::collections::VecDeque;

use domain::calls::CallFilter;

use super::block::Block;
use crate::error::Result;
use crate::exec::{Conn, Sql, sql};
use crate::scope::Scope;

/// Read with one statement.
const AT_ONCE: u32 = 4;

/// Which blocks: those that may hold calls that somebody looks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    /// An api, application, provider or model that one of the calls is about.
    pub about: Option<String>,
    /// Calls of which one has to be of this scope.
    pub scope: Option<Scope>,
    /// The least of the ids, or the beginning of it.
    pub from: Option<String>,
    /// The greatest.
    pub to: Option<String>,
}

/// A walk through the blocks of a span. Those that come between are seen only in a snapshot.
pub(crate) struct Blocks {
    span: Span,
    read: VecDeque<Block>,
    /// The last that was read.
    after: Option<String>,
    ended: bool,
}

impl Span {
    /// The scope counts where nothing else narrows the blocks down to a few.
    pub fn of(filter: &CallFilter, scope: &Scope) -> Self {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let about = filter.application.as_ref().map(|id| id.as_str().to_owned());
        let about = about.or_else(|| filter.api.as_ref().map(|id| id.as_str().to_owned()));
        let about = about.or_else(|| given(&filter.model)).or_else(|| given(&filter.provider));
        let scope = Some(scope.clone()).filter(|scope| about.is_none() && *scope != Scope::Everything);
        Self { about, scope, ..Self::default() }
    }

    /// Those after `after`, from the newest on.
    pub(super) fn select(&self, before: &'static str, after: Option<&String>) -> Sql {
        let mut select = match &self.about {
            None => sql(before).push("SELECT id, data FROM call_blocks").filter_some("id <", after),
            Some(about) => sql(before)
                .push("SELECT id, data FROM call_block_keys JOIN call_blocks ON id = block")
                .filter("about =", about)
                .filter_some("block <", after)
                .filter_some("block >=", self.from.as_ref()),
        };
        select = select.filter_some("id >=", self.from.as_ref()).filter_some("first_id <=", self.to.as_ref());
        if let Some(Scope::Of { apis, applications }) = &self.scope {
            let ids = apis.iter().map(|id| id.as_str()).chain(applications.iter().map(|id| id.as_str()));
            let part = "EXISTS (SELECT 1 FROM call_block_keys WHERE block = id AND ";
            select = select.condition(part).within("about", ids).push(")");
        }
        let order =
            if self.about.is_some() { " ORDER BY block DESC LIMIT " } else { " ORDER BY id DESC LIMIT " };
        select.push(order).value(AT_ONCE)
    }
}

impl Blocks {
    pub fn new(span: Span) -> Self {
        Self { span, read: VecDeque::new(), after: None, ended: false }
    }

    pub async fn next(&mut self, conn: &mut Conn) -> Result<Option<Block>> {
        if self.read.is_empty() && !self.ended {
            let read = conn.all(self.span.select("", self.after.as_ref()), Block::read).await?;
            self.ended = read.len() < AT_ONCE as usize;
            self.after = read.last().map(|block| block.id.clone());
            self.read = read.into();
        }
        // what is read between two of them takes a millisecond of the processor
        tokio::task::yield_now().await;
        Ok(self.read.pop_front())
    }
}
