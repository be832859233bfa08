//! Money and tokens of a call to a model: what it may take at most is set aside before it is sent, in every budget that
//! applies, and what it took is settled when it ends, however it ends.
//!
//! The most is: what goes in, as it is estimated, and what the caller lets the model say; where the caller sets no bound,
//! what the model can say, or what the budgets still have, which the vendor is then told as the bound. Of what is no
//! conversation it is what can be asked for ([`ai::operations::Most`]). It is priced as the dearest of the models behind
//! the name. A call that costs more than was thought passes a budget by no more than its own error.

mod clamp;
mod refused;
mod reservation;

pub use reservation::{Account, Reservation};

use super::alias::{Alias, Models};
use super::ask::shown;
use super::estimate::{self, Bounds, Words};
use super::facts::SharedFacts;
use super::provider::Provider;
use super::request::{AiRequest, Back, ForTarget, Reached};
use crate::ctx::Ctx;
use crate::limits::Left;
use crate::limits::spend::{SpendCell, SpendRule};
use crate::reject::{Reject, RejectKind};
use crate::snapshot::money::Money;
use crate::snapshot::subscription::spend_name;
use ai::dialect::CallerDialect;
use ai::operations::Most;
use ai::price;
use domain::budgets::Amount;
use domain::settings::UnknownPrice;
use reservation::{Asked, Whose, take};
use std::collections::HashMap;
use std::sync::Arc;

/// What a model is taken to say at most of which that is not known. It is told so.
const UNKNOWN_OUTPUT: u64 = 4_096;
/// With so many times as much left as a call may take at most, nobody is turned away because others set too much aside
/// for a moment. So there the tokens need not be counted, which costs as much as all else of the call.
const PLENTY: u64 = 1_000;

type Providers = HashMap<Box<str>, Arc<Provider>>;

/// What a call may take, and what it is held to.
pub struct Budget {
    money: Arc<Money>,
    /// `None` while no budget applies: nothing has to be estimated then.
    size: Option<Size>,
    at_ms: u64,
}

struct Size {
    said: Bounds,
    /// By the model that needs most; at most, where they are not counted.
    input: u64,
    /// What the model may say in each answer.
    output: u64,
    /// Whether the caller set that bound.
    given: bool,
    /// Of what is no conversation.
    beside: Option<Most>,
}

/// Refuses what the plan does not include, and sets aside what the call may take at most.
pub fn open(
    ctx: &mut Ctx,
    alias: &Alias,
    providers: &Providers,
    (request, body): (&AiRequest, &[u8]),
    facts: &SharedFacts,
) -> Result<Budget, Reject> {
    let money = Arc::clone(&ctx.worker.snapshots.get().money);
    let at_ms = ctx.at_ms;
    let accounts = accounts(ctx, &money);
    let of_providers = || alias.targets.iter().any(|target| !money.rules(&target.provider).is_empty());
    if accounts.iter().all(|account| account.rules.is_empty()) && !of_providers() {
        facts.borrow_mut().reservation.payers = reservation::unlimited(accounts, at_ms);
        return Ok(Budget { money, size: None, at_ms });
    }
    let beside = request.most();
    let chat = beside.is_none();
    let at_most = estimate::at_most(body);
    let size = Size::of(body, alias, providers, chat, at_most.unwrap_or_default());
    let mut size = Size { beside, ..size };
    let dearest = size.dearest(alias, providers, size.output, at_ms);
    if at_most.is_none() || !is_plenty(&accounts, alias, &money, dearest, at_ms) {
        let words = Words::of(body);
        size.input = alias.targets.iter().map(|target| words.tokens(&target.model)).max().unwrap_or_default();
        facts.borrow_mut().input_estimate = Some(size.input);
    }
    let most = |output: u64| size.dearest(alias, providers, output, at_ms);
    let asked = Asked { most: &most, output: size.output, given: size.given || !chat, unix_ms: at_ms };
    let taken = take(&accounts, &asked);
    tell_left(ctx, &accounts);
    let taken = taken.map_err(|short| refused::reject(&short, at_ms))?;
    size.output = taken.output;
    facts.borrow_mut().reservation.payers = taken.held;
    Ok(Budget { money, size: Some(size), at_ms })
}

/// Whether all that the call may count against has plenty left.
fn is_plenty(accounts: &[Account], alias: &Alias, money: &Money, most: Amount, at_ms: u64) -> bool {
    let has = |cell: &SpendCell, rules: &[SpendRule]| {
        rules.iter().all(|rule| cell.left(rule, at_ms) / PLENTY >= most.of(rule.unit))
    };
    accounts.iter().all(|account| has(&account.cell, &account.rules))
        && alias.targets.iter().all(|target| {
            let rules = money.rules(&target.provider);
            rules.is_empty() || has(&money.ledger.cell(&target.provider), rules)
        })
}

/// Everything but the provider that a call counts against.
fn accounts(ctx: &Ctx, money: &Money) -> Vec<Account> {
    let Some(version) = &ctx.version else { return Vec::new() };
    let api = version.api.as_str();
    let account =
        |whose, id: &str| Account { whose, cell: money.ledger.cell(id), rules: money.rules(id).into() };
    if let Some(trial) = &ctx.trial {
        // who lets people try an api pays
        return vec![account(Whose::Api, api), account(Whose::Team, trial.team.as_str())];
    }
    let Some(credential) = &ctx.credential else { return Vec::new() };
    let application = credential.application.as_str();
    let mut accounts = Vec::with_capacity(4);
    let mut add = |whose, id: &str| accounts.push(account(whose, id));
    add(Whose::Application, application);
    add(Whose::Api, api);
    if let Some(subscription) = &ctx.subscription {
        if let Some(team) = &subscription.team {
            add(Whose::Team, team.as_str());
        }
        let cell = money.ledger.pair(application, api);
        let rules = subscription.allowance.spend.clone();
        accounts.insert(0, Account { whose: Whose::Plan, cell, rules });
    }
    accounts
}

/// What is left of the plan, for the headers of the answer.
fn tell_left(ctx: &mut Ctx, accounts: &[Account]) {
    let Some(plan) = accounts.iter().find(|account| account.whose == Whose::Plan) else { return };
    let at_ms = ctx.at_ms;
    let left = |rule: &SpendRule| {
        let left = Left { calls: plan.cell.left(rule, at_ms), reset_s: rule.reset_s(at_ms) };
        (spend_name(rule.unit), left)
    };
    ctx.limited.spend = plan.rules.iter().map(left).collect();
}

impl Size {
    fn of(body: &[u8], alias: &Alias, providers: &Providers, chat: bool, input: u64) -> Self {
        let said = Bounds::of(body);
        let can_say = alias
            .targets
            .iter()
            .map(|target| most_output(providers.get(&target.provider), &target.model))
            .max();
        let (output, given) = match said.max_output {
            _ if !chat => (0, false),
            Some(most) => (most, true),
            None => (can_say.unwrap_or(UNKNOWN_OUTPUT), false),
        };
        Self { said, input, output, given, beside: None }
    }

    fn tokens(&self, output: u64) -> (u64, u64) {
        (self.input, output.saturating_mul(self.said.choices))
    }

    /// What a call to one model may take, if it says so much in each answer. What has no price is taken for free.
    fn most(&self, provider: &Provider, model: &str, output: u64, at_ms: u64) -> Amount {
        let (input, output) = self.tokens(output);
        let price = provider.price(model, at_ms);
        if let Some(beside) = &self.beside {
            let (tokens, nano) = beside.reckoned(input, price.map(|priced| priced.price));
            return Amount { tokens, nano };
        }
        let tier = self.said.tier.as_deref();
        let nano = price.and_then(|priced| price::maximum(input, output, tier, priced.price));
        let nano = nano.and_then(|nano| u64::try_from(nano).ok()).unwrap_or_default();
        Amount { tokens: input.saturating_add(output), nano }
    }

    /// The same of the dearest of the models behind a name.
    fn dearest(&self, alias: &Alias, providers: &Providers, output: u64, at_ms: u64) -> Amount {
        let (input, said) = self.tokens(output);
        let each = alias.targets.iter().filter_map(|target| {
            Some(self.most(providers.get(&target.provider)?, &target.model, output, at_ms))
        });
        let least = Amount { tokens: input.saturating_add(said), nano: 0 };
        each.fold(least, |most, one| Amount {
            tokens: most.tokens.max(one.tokens),
            nano: most.nano.max(one.nano),
        })
    }
}

fn most_output(provider: Option<&Arc<Provider>>, model: &str) -> u64 {
    let known = provider.and_then(|provider| provider.model(model)?.max_output);
    known.unwrap_or(UNKNOWN_OUTPUT)
}

impl Budget {
    /// Sets aside what the call may take of the provider's own budgets, in the place of another provider's; and bounds
    /// what the model is let say, where the caller does not.
    pub fn enter(
        &self,
        target: &Reached<'_>,
        caller: CallerDialect,
        written: &mut ForTarget,
        facts: &SharedFacts,
    ) -> Result<(), Reject> {
        facts.borrow_mut().reservation.provider.clear();
        let (provider, model) = (target.provider, target.model);
        let priced = provider.price(model, self.at_ms).is_some();
        if self.money.unknown_price == UnknownPrice::Refuse && !priced {
            let detail = format!(
                "the price of the model {model:?} is not known, and the platform lets no such model be called"
            );
            return Err(Reject::new(RejectKind::PriceUnknown, detail));
        }
        let id = &provider.id;
        let rules = self.money.rules(id).into();
        let account = [Account { whose: Whose::Provider, cell: self.money.ledger.cell(id), rules }];
        let Some(size) = &self.size else {
            facts.borrow_mut().reservation.provider = reservation::unlimited(account.into(), self.at_ms);
            return Ok(());
        };
        let most = |output: u64| size.most(provider, model, output, self.at_ms);
        let output =
            if size.given { size.output } else { size.output.min(most_output(Some(provider), model)) };
        let asked = Asked { most: &most, output, given: size.given || output == 0, unix_ms: self.at_ms };
        let taken = take(&account, &asked).map_err(|short| refused::reject(&short, self.at_ms))?;
        facts.borrow_mut().reservation.provider = taken.held;
        let bounded =
            provider.model(model).and_then(|model| model.max_output).is_some_and(|most| most <= taken.output);
        if !size.given && output > 0 && !bounded {
            let field = match (&written.back, caller) {
                (Back::Forwarded, CallerDialect::OpenAiResponses) => &["max_output_tokens"],
                _ => clamp::field(target.face.dialect, provider.max_completion_tokens),
            };
            if let Some(edit) = clamp::edit(written.body.base(), field, taken.output) {
                written.body.edit(edit);
            }
        }
        Ok(())
    }
}

/// Whether the plan lets the caller ask for a model.
fn allows(ctx: &Ctx, model: &str) -> bool {
    ctx.subscription.as_ref().is_none_or(|subscription| subscription.allowance.limits.allows(model))
}

/// The names that the caller may ask for.
pub fn offered<'a>(ctx: &Ctx, models: &'a Models) -> impl Iterator<Item = &'a str> {
    models.aliases.keys().map(|name| &**name).filter(|name| allows(ctx, name))
}

/// Refuses a model that the plan does not include.
pub fn included(ctx: &Ctx, model: &str) -> Result<(), Reject> {
    if allows(ctx, model) {
        return Ok(());
    }
    let detail = format!("the application's plan does not include the model {:?}", shown(model));
    Err(Reject::new(RejectKind::ModelRefused, detail))
}
