//! What makes an identity group one: a key of its own, and the signed consent of every member.

use std::collections::BTreeSet;

use socket_crypto::{KeyPair, PublicKey, Signature, boxed, sha256};

use super::GroupError;
use crate::Time;
use crate::packet::Reader;

/// The most members of one group. More are reached by nesting.
pub const MAX_MEMBERS: usize = 256;

/// What is to become a group: every member must consent to exactly this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    group: PublicKey,
    created: Time,
    members: Vec<PublicKey>,
    replaces: Option<PublicKey>,
}

/// A member's signature under a [`Proposal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who consents: a device, or a group that is to be nested.
    pub member: PublicKey,
    /// Over the whole proposal.
    pub signature: Signature,
}

/// A group as others know it: its key, its members, and the proof that all of them want to be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    proposal: Proposal,
    /// In the order of the members.
    consents: Vec<Signature>,
    /// The group's own, over the proposal: who proposes holds the key.
    signature: Signature,
}

/// A group as its devices know it: with the secret key. Whoever holds it reads what is sent to the group.
#[derive(Clone, Debug)]
pub struct Group {
    pair: KeyPair,
    certificate: Certificate,
}

/// A member's word that it is in a group no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The group.
    pub group: PublicKey,
    /// Who leaves.
    pub member: PublicKey,
    /// The member's signature.
    pub signature: Signature,
}

impl Proposal {
    /// Proposes a group with `pair` as its identity. `replaces` names the group that this one is to take the place
    /// of, after a member came or went.
    ///
    /// # Errors
    /// [`GroupError::Members`] for no members, too many, one twice, or the group within itself.
    pub fn new(
        pair: &KeyPair,
        members: &[PublicKey],
        replaces: Option<PublicKey>,
        now: Time,
    ) -> Result<Self, GroupError> {
        let proposal = Self { group: pair.public(), created: now, members: members.to_vec(), replaces };
        proposal.check()?;
        Ok(proposal)
    }

    fn check(&self) -> Result<(), GroupError> {
        let distinct: BTreeSet<_> = self.members.iter().collect();
        let sound = (1..=MAX_MEMBERS).contains(&self.members.len())
            && distinct.len() == self.members.len()
            && !distinct.contains(&self.group)
            && self.replaces != Some(self.group);
        if sound { Ok(()) } else { Err(GroupError::Members) }
    }

    /// The group's key.
    #[must_use]
    pub const fn group(&self) -> PublicKey {
        self.group
    }

    /// Who is to be in it.
    #[must_use]
    pub fn members(&self) -> &[PublicKey] {
        &self.members
    }

    /// The group that it takes the place of.
    #[must_use]
    pub const fn replaces(&self) -> Option<PublicKey> {
        self.replaces
    }

    /// When it was proposed.
    #[must_use]
    pub const fn created(&self) -> Time {
        self.created
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(32 + 8 + 32 + 2 + self.members.len() * 32);
        out.extend_from_slice(self.group.as_bytes());
        out.extend_from_slice(&self.created.0.to_be_bytes());
        out.extend_from_slice(self.replaces.as_ref().map_or([0; 32].as_slice(), AsRef::as_ref));
        // `check` made sure that it fits.
        out.extend_from_slice(&u16::try_from(self.members.len()).unwrap_or(u16::MAX).to_be_bytes());
        self.members.iter().for_each(|member| out.extend_from_slice(member.as_bytes()));
        out
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let group = PublicKey::new(reader.array()?);
        let created = Time(reader.u64()?);
        let replaces = reader.array::<32>()?;
        let count = usize::from(reader.u16()?);
        // The count is a claim: what it would take must be there before anything is allocated for it.
        let mut bytes = Reader(reader.take(count * 32)?);
        let members = std::iter::from_fn(|| bytes.array().map(PublicKey::new)).collect();
        let replaces = (replaces != [0; 32]).then(|| PublicKey::new(replaces));
        Some(Self { group, created, members, replaces })
    }

    fn consent_input(&self) -> Vec<u8> {
        [b"socket:p2p:consent\0".as_slice(), &sha256(&[&self.body()])].concat()
    }

    fn group_input(&self) -> Vec<u8> {
        [b"socket:p2p:group\0".as_slice(), &sha256(&[&self.body()])].concat()
    }

    /// To be carried to the members, by whatever way.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.body()
    }

    /// What [`encode`](Self::encode) made.
    ///
    /// # Errors
    /// [`GroupError::Malformed`], [`GroupError::Members`].
    pub fn decode(bytes: &[u8]) -> Result<Self, GroupError> {
        let mut reader = Reader(bytes);
        let proposal = Self::read(&mut reader).ok_or(GroupError::Malformed)?;
        reader.end().ok_or(GroupError::Malformed)?;
        proposal.check()?;
        Ok(proposal)
    }

    /// A member's consent: to this key, these members, this replacement, and nothing else.
    ///
    /// # Errors
    /// [`GroupError::NotMember`] when the identity is not proposed.
    pub fn consent(&self, member: &KeyPair) -> Result<Consent, GroupError> {
        if !self.members.contains(&member.public()) {
            return Err(GroupError::NotMember);
        }
        Ok(Consent { member: member.public(), signature: member.sign(&self.consent_input()) })
    }

    /// The group, once everybody has consented.
    ///
    /// # Errors
    /// [`GroupError::Consent`] names a member whose consent is missing or not its own; [`GroupError::Key`] when
    /// `pair` is not the proposed group's.
    pub fn complete(self, pair: KeyPair, consents: &[Consent]) -> Result<Group, GroupError> {
        if pair.public() != self.group {
            return Err(GroupError::Key);
        }
        let signature = pair.sign(&self.group_input());
        let consents = self.members.iter().map(|member| {
            let consent = consents.iter().find(|consent| consent.member == *member);
            consent.map(|consent| consent.signature).ok_or(GroupError::Consent(*member))
        });
        let consents = consents.collect::<Result<_, _>>()?;
        let certificate = Certificate { proposal: self, consents, signature };
        certificate.verify()?;
        Ok(Group { pair, certificate })
    }
}

impl Certificate {
    /// The group's key: what is sent to, and what conversations are upgraded to.
    #[must_use]
    pub const fn group(&self) -> PublicKey {
        self.proposal.group
    }

    /// All members, who all consented.
    #[must_use]
    pub fn members(&self) -> &[PublicKey] {
        &self.proposal.members
    }

    /// What was agreed on.
    #[must_use]
    pub const fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// Checks every signature. What [`decode`](Self::decode) returns was checked.
    fn verify(&self) -> Result<(), GroupError> {
        self.proposal.check()?;
        if self.group().verify(&self.proposal.group_input(), &self.signature).is_err() {
            return Err(GroupError::Key);
        }
        let input = self.proposal.consent_input();
        for (member, consent) in self.members().iter().zip(&self.consents) {
            member.verify(&input, consent).map_err(|_| GroupError::Consent(*member))?;
        }
        Ok(())
    }

    /// To be advertised, or given to chosen peers.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.proposal.body();
        out.extend_from_slice(self.signature.as_bytes());
        self.consents.iter().for_each(|consent| out.extend_from_slice(consent.as_bytes()));
        out
    }

    /// What [`encode`](Self::encode) made, if every signature in it is genuine.
    ///
    /// # Errors
    /// [`GroupError::Malformed`], [`GroupError::Members`], [`GroupError::Key`], [`GroupError::Consent`].
    pub fn decode(bytes: &[u8]) -> Result<Self, GroupError> {
        let mut reader = Reader(bytes);
        let certificate = Self::read(&mut reader).ok_or(GroupError::Malformed)?;
        reader.end().ok_or(GroupError::Malformed)?;
        certificate.verify()?;
        Ok(certificate)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let proposal = Proposal::read(reader)?;
        let signature = Signature::new(reader.array()?);
        let consents =
            proposal.members.iter().map(|_| reader.array().map(Signature::new)).collect::<Option<_>>()?;
        Some(Self { proposal, consents, signature })
    }
}

impl Group {
    /// The group's identity.
    #[must_use]
    pub const fn pair(&self) -> &KeyPair {
        &self.pair
    }

    /// What others may know.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Hands the whole group to one identity: a device of one's own, a subscriber, a nested group. `seed` is random
    /// and used once.
    ///
    /// # Errors
    /// [`GroupError::Key`] when `to` is no key.
    pub fn share(&self, to: &PublicKey, seed: &[u8; 32]) -> Result<Vec<u8>, GroupError> {
        let key = to.to_box().map_err(|_| GroupError::Key)?;
        let mut plain = self.pair.secret().expose().to_vec();
        plain.extend_from_slice(&self.certificate.encode());
        let sealed = boxed::seal_with(&plain, &key, seed).map_err(|_| GroupError::Key);
        socket_crypto::erase(&mut plain);
        sealed
    }

    /// Takes what [`share`](Self::share) made for this identity.
    ///
    /// # Errors
    /// [`GroupError::Key`] when it is for somebody else or was changed, or the key is not the certificate's;
    /// else as [`Certificate::decode`].
    pub fn accept(shared: &[u8], identity: &KeyPair) -> Result<Self, GroupError> {
        let mut plain = identity.boxed().open(shared).map_err(|_| GroupError::Key)?;
        let group = Self::from_bytes(&plain);
        socket_crypto::erase(&mut plain);
        group
    }

    fn from_bytes(plain: &[u8]) -> Result<Self, GroupError> {
        let (secret, certificate) = plain.split_at_checked(64).ok_or(GroupError::Malformed)?;
        let certificate = Certificate::decode(certificate)?;
        let secret = socket_crypto::SecretKey::from_slice(secret).map_err(|_| GroupError::Malformed)?;
        let pair = KeyPair::from_secret(secret).map_err(|_| GroupError::Key)?;
        if pair.public() != certificate.group() {
            return Err(GroupError::Key);
        }
        Ok(Self { pair, certificate })
    }
}

impl Withdrawal {
    /// A member leaves: it is not found by this member any more. The secret key cannot be taken back; for that the
    /// others regenerate the group.
    #[must_use]
    pub fn new(group: &PublicKey, member: &KeyPair) -> Self {
        let signature = member.sign(&Self::input(group));
        Self { group: *group, member: member.public(), signature }
    }

    fn input(group: &PublicKey) -> Vec<u8> {
        [b"socket:p2p:withdraw\0".as_slice(), group.as_bytes()].concat()
    }

    /// To be advertised.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [self.group.as_bytes().as_slice(), self.member.as_bytes(), self.signature.as_bytes()].concat()
    }

    /// What [`encode`](Self::encode) made, if it is the member's.
    ///
    /// # Errors
    /// [`GroupError::Malformed`], [`GroupError::Consent`].
    pub fn decode(bytes: &[u8]) -> Result<Self, GroupError> {
        let mut reader = Reader(bytes);
        let mut read = || Some((reader.array()?, reader.array()?, reader.array()?));
        let (group, member, signature) = read().ok_or(GroupError::Malformed)?;
        reader.end().ok_or(GroupError::Malformed)?;
        let (group, member) = (PublicKey::new(group), PublicKey::new(member));
        let signature = Signature::new(signature);
        member.verify(&Self::input(&group), &signature).map_err(|_| GroupError::Consent(member))?;
        Ok(Self { group, member, signature })
    }
}
