//! From a name and a message to a handler and its answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Code, Document, Error, EventInfo, FromMessage, IntoMessage, Message, Policy, Resource, Result};

type Future_<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The name of one call: the realm (page, frame or worker) that made it and a number it has not used before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Seq {
    /// Chosen at random by the realm.
    pub realm: String,
    /// Counts up.
    pub number: u64,
}

impl Seq {
    /// Reads `realm.number`.
    pub fn parse(text: &str) -> Option<Seq> {
        let (realm, number) = text.rsplit_once('.')?;
        let plain =
            realm.len() <= 64 && realm.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (plain && !realm.is_empty()).then_some(())?;
        Some(Seq { realm: realm.to_owned(), number: number.parse().ok()? })
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.realm, self.number)
    }
}

/// Who calls: what every context given to handlers can say.
pub trait Caller: Clone + Send + Sync + 'static {
    /// The document that called.
    fn document(&self) -> &Document;
}

/// One row of a module's table.
pub struct Route<C> {
    /// As pages know it, for example `fs.open`.
    pub name: &'static str,
    /// For people; becomes JSDoc.
    pub doc: &'static str,
    /// What policy sees of a call beside its route, as the table says it: `read(path)`.
    pub resources: &'static [&'static str],
    call: Call<C>,
    /// Types of request and answer.
    #[cfg(feature = "typescript")]
    pub(crate) signature: fn(&mut crate::typescript::Types) -> (String, String),
}

type Call<C> = fn(C, &dyn Policy, &'static str, Message) -> Result<Future_<Result<Message>>>;

impl<C> Route<C> {
    /// Used by the `routes!` macro. The handler itself is in `call`; here it only tells its types.
    #[doc(hidden)]
    pub fn new<Req, Res, Fut>(
        name: &'static str,
        doc: &'static str,
        resources: &'static [&'static str],
        call: Call<C>,
        _handler: &impl Fn(C, Req) -> Fut,
    ) -> Route<C>
    where
        Req: FromMessage,
        Res: IntoMessage,
        Fut: Future<Output = Result<Res>>,
    {
        Route {
            name,
            doc,
            resources,
            call,
            #[cfg(feature = "typescript")]
            signature: |types| (types.name::<Req::Head>(Req::BODY), types.name::<Res::Head>(Res::BODY)),
        }
    }
}

impl<C> fmt::Debug for Route<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("name", &self.name).finish()
    }
}

/// The routes and events of one `socket:` module.
#[derive(Debug)]
pub struct Module<C> {
    /// What pages can call.
    pub routes: Vec<Route<C>>,
    /// What pages can be told.
    pub events: Vec<EventInfo>,
}

/// Every route, behind one policy.
pub struct Router<C> {
    /// Sorted by name in lower case: some engines lower the case of a URL's host.
    routes: Vec<(String, Route<C>)>,
    policy: Arc<dyn Policy>,
}

impl<C> fmt::Debug for Router<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("routes", &self.routes.len()).finish()
    }
}

impl<C: Caller> Router<C> {
    /// Collects the tables.
    pub fn new(modules: impl IntoIterator<Item = Module<C>>, policy: Arc<dyn Policy>) -> Router<C> {
        let routes = modules.into_iter().flat_map(|module| module.routes);
        let mut routes: Vec<_> = routes.map(|route| (route.name.to_ascii_lowercase(), route)).collect();
        routes.sort_by(|a, b| a.0.cmp(&b.0));
        Router { routes, policy }
    }

    /// Names of all routes, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.routes.iter().map(|(_, route)| route.name)
    }

    fn find(&self, name: &str) -> Result<&Route<C>> {
        let key = name.to_ascii_lowercase();
        match self.routes.binary_search_by(|(other, _)| other.as_str().cmp(&key)) {
            Ok(index) => Ok(&self.routes[index].1),
            Err(_) => {
                let name: String = name.chars().take(100).collect();
                Err(Error::new(Code::ROUTE, format!("there is no route {name}")))
            }
        }
    }

    /// Carries out one call. Dropping the future cancels it; so do `Document::cancel` and `Document::close`.
    pub async fn call(
        &self,
        caller: C,
        name: &str,
        seq: Seq,
        timeout: Option<Duration>,
        message: Message,
    ) -> Result<Message> {
        let route = self.find(name)?;
        let owner = caller.clone();
        let mut pending = owner.document().begin(&seq)?;
        let work = (route.call)(caller, &*self.policy, route.name, message)?;
        let limit = async {
            match timeout {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = work => answer,
            _ = &mut pending.cancelled => {
                Err(Error::new(Code::ABORTED, "This operation was aborted").syscall(route.name))
            }
            () = limit => {
                let limit = timeout.unwrap_or_default().as_millis();
                Err(Error::new(Code::TIMEOUT, format!("{} took longer than {limit} ms", route.name)))
            }
        }
    }
}

/// Reads the request, asks the policy for the route and each resource, and starts the handler.
#[doc(hidden)]
pub fn invoke<C, Req, Res, Fut>(
    caller: C,
    policy: &dyn Policy,
    route: &'static str,
    message: Message,
    handler: impl Fn(C, Req) -> Fut,
    resources: impl Fn(&Req, &mut dyn FnMut(Resource<'_>) -> Result<()>) -> Result<()>,
) -> Result<Future_<Result<Message>>>
where
    C: Caller,
    Req: FromMessage,
    Res: IntoMessage,
    Fut: Future<Output = Result<Res>> + Send + 'static,
{
    // Before the request is read: a page that may not call cannot make us parse what it sends either.
    policy.check(caller.document(), route, &Resource::None)?;
    let request = Req::from_message(message)?;
    resources(&request, &mut |resource| policy.check(caller.document(), route, &resource))?;
    let answer = handler(caller, request);
    Ok(Box::pin(async move { answer.await?.into_message() }))
}

/// The table of a module: routes with their handlers and resources, then events.
///
/// ```text
/// routes! { Context;
///     /// Opens a file and returns its descriptor.
///     "fs.readFile" => read_file, read(path);
///     events;
///     /// A datagram arrived.
///     "dgram.message" => MESSAGE: WithBody<Received>, drop_oldest;
/// }
/// ```
///
/// What follows the handler names fields of the request that policy must see (see [`crate::Resource`]): `read(a)`,
/// `write(a)`, `look(a)`, `entry(a)` of files, `url(a)`, `udp(a)`, `tcp(a)`, `host(a)`, `process(a)`, `bluetooth(a)`, several with commas
/// between them. `asks(method)` is for what one field does not tell: a method of the request that takes a function and
/// calls it with each [`crate::Resource`]. For
/// `WithBody` requests they are fields of the head. Events end with what happens when a page is too slow:
/// `wait`, `drop_oldest`, `drop_newest` or `latest`.
#[macro_export]
macro_rules! routes {
    ($context:ty; $($(#[doc = $doc:literal])+ $name:literal => $handler:path $(, $kind:ident($field:ident))*;)*
     $(events; $($(#[doc = $edoc:literal])+ $ename:literal => $event:ident: $payload:ty, $overflow:ident;)*)?) => {
        $($(
            #[doc = concat!("Event `", $ename, "`.")]
            #[allow(unreachable_pub, reason = "some modules share their events with the host")]
            pub static $event: $crate::Event<$payload> =
                $crate::Event::new($ename, $crate::routes!(@overflow $overflow));
        )*)?

        /// The table of this module.
        pub(crate) fn module() -> $crate::Module<$context> {
            $crate::Module {
                routes: vec![$($crate::Route::new(
                    $name,
                    concat!($($doc, "\n"),+).trim_ascii(),
                    &[$(concat!(stringify!($kind), "(", stringify!($field), ")")),*],
                    |caller, policy, route, message| {
                        $crate::invoke(caller, policy, route, message, $handler, |_request, _check| {
                            $($crate::routes!(@check _request, _check, $kind, $field);)*
                            Ok(())
                        })
                    },
                    &$handler,
                )),*],
                events: vec![$($($crate::EventInfo::new(
                    &$event,
                    concat!($($edoc, "\n"),+).trim_ascii(),
                )),*)?],
            }
        }
    };
    (@check $request:ident, $check:ident, asks, $method:ident) => { $request.$method($check)? };
    (@check $request:ident, $check:ident, $kind:ident, $field:ident) => {
        $check($crate::Resource::$kind(&$request.$field))?
    };
    (@overflow wait) => { $crate::Overflow::Wait };
    (@overflow drop_oldest) => { $crate::Overflow::DropOldest };
    (@overflow drop_newest) => { $crate::Overflow::DropNewest };
    (@overflow latest) => { $crate::Overflow::Latest };
}
