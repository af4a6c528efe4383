//! Identity groups: consent, nesting, privacy, replacement, and what attackers try.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use socket_crypto::{KeyPair, PublicKey};
use socket_p2p::Time;
use socket_p2p::group::{
    ADVERTISED, Added, Certificate, Directory, Group, GroupError, MAX_BYTES, MAX_GROUPS, MAX_MEMBERS, Notice,
    Proposal, Withdrawal,
};

const NOW: Time = Time::from_secs(1_700_000_000);

fn key(seed: u8) -> KeyPair {
    KeyPair::from_seed(&[seed; 32])
}

fn later(seconds: u64) -> Time {
    NOW + Duration::from_secs(seconds)
}

/// A group of identities who all consent.
fn group(pair: &KeyPair, members: &[&KeyPair], replaces: Option<PublicKey>, at: Time) -> Group {
    let keys: Vec<_> = members.iter().map(|member| member.public()).collect();
    let proposal = Proposal::new(pair, &keys, replaces, at).unwrap();
    // As it is carried to the devices and back.
    let proposal = Proposal::decode(&proposal.encode()).unwrap();
    let consents: Vec<_> = members.iter().map(|member| proposal.consent(member).unwrap()).collect();
    proposal.complete(pair.clone(), &consents).unwrap()
}

fn add(directory: &mut Directory, group: &Group, at: Time) -> Added {
    directory.add(group.certificate().clone(), false, at)
}

#[test]
fn every_member_must_consent() {
    let (phone, tablet, laptop, pair) = (key(1), key(2), key(3), key(9));
    let members = [phone.public(), tablet.public(), laptop.public()];
    let proposal = Proposal::new(&pair, &members, None, NOW).unwrap();
    let mut consents = vec![proposal.consent(&phone).unwrap(), proposal.consent(&tablet).unwrap()];
    let missing = proposal.clone().complete(pair.clone(), &consents).unwrap_err();
    assert_eq!(missing, GroupError::Consent(laptop.public()));
    // A consent to another group, or by another identity, is none.
    let other = Proposal::new(&key(8), &members, None, NOW).unwrap();
    consents.push(other.consent(&laptop).unwrap());
    assert_eq!(proposal.clone().complete(pair.clone(), &consents).unwrap_err(), missing);
    consents[2].signature = proposal.consent(&phone).unwrap().signature;
    assert_eq!(proposal.clone().complete(pair.clone(), &consents).unwrap_err(), missing);
    consents[2] = proposal.consent(&laptop).unwrap();
    assert_eq!(proposal.clone().complete(key(8), &consents).unwrap_err(), GroupError::Key);
    let group = proposal.clone().complete(pair, &consents).unwrap();
    assert_eq!(group.certificate().members(), members);
    assert_eq!(proposal.consent(&key(4)).unwrap_err(), GroupError::NotMember);
}

#[test]
fn consent_is_to_these_members_at_this_time() {
    let (phone, tablet, pair) = (key(1), key(2), key(9));
    let agreed = Proposal::new(&pair, &[phone.public(), tablet.public()], None, NOW).unwrap();
    let consents = [agreed.consent(&phone).unwrap(), agreed.consent(&tablet).unwrap()];
    for changed in [
        Proposal::new(&pair, &[tablet.public(), phone.public()], None, NOW),
        Proposal::new(&pair, &[phone.public(), tablet.public()], None, later(1)),
        Proposal::new(&pair, &[phone.public(), tablet.public()], Some(key(7).public()), NOW),
    ] {
        let error = changed.unwrap().complete(pair.clone(), &consents).unwrap_err();
        assert!(matches!(error, GroupError::Consent(_)));
    }
}

#[test]
fn groups_that_cannot_be() {
    let (phone, pair) = (key(1), key(9));
    let many: Vec<_> = (0..=MAX_MEMBERS).map(|number| PublicKey::new([number as u8; 32])).collect();
    for members in [vec![], vec![phone.public(); 2], vec![pair.public()], many] {
        assert_eq!(Proposal::new(&pair, &members, None, NOW).unwrap_err(), GroupError::Members);
    }
    assert_eq!(
        Proposal::new(&pair, &[phone.public()], Some(pair.public()), NOW).unwrap_err(),
        GroupError::Members
    );
}

#[test]
fn certificates_survive_the_network_and_nothing_else_does() {
    let group = group(&key(9), &[&key(1), &key(2)], Some(key(8).public()), NOW);
    for notice in [
        Notice::Advertise(group.certificate().clone()),
        Notice::Lookup(key(1).public()),
        Notice::Withdraw(Withdrawal::new(&key(9).public(), &key(1))),
    ] {
        let bytes = notice.encode();
        assert_eq!(Notice::decode(&bytes).unwrap(), notice);
        for length in 0..bytes.len() {
            assert!(Notice::decode(&bytes[..length]).is_err(), "cut to {length}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Notice::decode(&longer).is_err());
        if !matches!(notice, Notice::Lookup(_)) {
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                assert!(Notice::decode(&changed).is_err(), "byte {at} was changed");
            }
        }
    }
    // A claimed number of members allocates nothing.
    let mut claim = vec![0; 75];
    (claim[73], claim[74]) = (0xff, 0xff);
    assert_eq!(Notice::decode(&claim).unwrap_err(), GroupError::Malformed);
}

#[test]
fn the_secret_is_shared_with_whom_it_is_meant_for() {
    let group = group(&key(9), &[&key(1), &key(2)], None, NOW);
    let shared = group.share(&key(3).public(), &[5; 32]).unwrap();
    let accepted = Group::accept(&shared, &key(3)).unwrap();
    assert_eq!(accepted.pair().public(), key(9).public());
    assert_eq!(accepted.certificate(), group.certificate());
    assert_eq!(Group::accept(&shared, &key(4)).unwrap_err(), GroupError::Key);
    assert_eq!(Group::accept(&shared[1..], &key(3)).unwrap_err(), GroupError::Key);
    assert_eq!(Group::accept(&[], &key(3)).unwrap_err(), GroupError::Key);
    assert_eq!(group.share(&PublicKey::new([0; 32]), &[5; 32]).unwrap_err(), GroupError::Key);
    let secret: String = key(9).secret().expose()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!format!("{group:?}").contains(&secret));
}

#[test]
fn a_device_is_found_in_its_group_and_conversations_go_there() {
    let (phone, tablet, laptop, friend) = (key(1), key(2), key(3), key(4));
    let mut directory = Directory::default();
    let address = |directory: &Directory, contact: &KeyPair, at| directory.address(&contact.public(), at);
    assert_eq!(address(&directory, &phone, NOW), phone.public());
    let first = group(&key(9), &[&phone, &tablet], None, NOW);
    assert_eq!(add(&mut directory, &first, NOW), Added::New);
    assert_eq!(add(&mut directory, &first, later(1)), Added::Again);
    for device in [&phone, &tablet] {
        assert_eq!(address(&directory, device, NOW), key(9).public());
        assert_eq!(directory.lookup(&device.public(), NOW).unwrap(), first.certificate());
    }
    assert_eq!(address(&directory, &laptop, NOW), laptop.public(), "the new device is not found yet");
    assert_eq!(address(&directory, &friend, NOW), friend.public());
    // Regenerated with the new device.
    let second = group(&key(10), &[&phone, &tablet, &laptop], Some(key(9).public()), later(60));
    add(&mut directory, &second, later(60));
    for contact in [&phone, &tablet, &laptop, &key(9), &key(10)] {
        assert_eq!(address(&directory, contact, later(60)), key(10).public());
    }
    // And without the old tablet.
    let third = group(&key(11), &[&phone, &laptop], Some(key(10).public()), later(120));
    add(&mut directory, &third, later(120));
    for contact in [&phone, &laptop, &key(9), &key(10), &key(11)] {
        assert_eq!(address(&directory, contact, later(120)), key(11).public());
    }
    // In whatever order they are heard of.
    let mut other = Directory::default();
    for group in [&third, &first, &second] {
        add(&mut other, group, later(120));
    }
    assert_eq!(address(&other, &key(9), later(120)), key(11).public());
}

#[test]
fn a_lost_device_cannot_take_the_conversations_of_the_others() {
    let (phone, tablet, laptop) = (key(1), key(2), key(3));
    let mut directory = Directory::default();
    add(&mut directory, &group(&key(9), &[&phone, &tablet, &laptop], None, NOW), NOW);
    // Whoever has the tablet has the group's secret too, and says that a group of its own takes its place.
    let stolen = group(&key(66), &[&tablet, &key(67), &key(68)], Some(key(9).public()), later(60));
    add(&mut directory, &stolen, later(60));
    for contact in [&phone, &laptop, &key(9)] {
        assert_eq!(directory.address(&contact.public(), later(60)), key(9).public());
    }
    // The other two are the majority.
    add(&mut directory, &group(&key(10), &[&phone, &laptop], Some(key(9).public()), later(30)), later(90));
    for contact in [&phone, &laptop, &key(9)] {
        assert_eq!(directory.address(&contact.public(), later(90)), key(10).public());
    }
    // Half is not more than half.
    let mut pair = Directory::default();
    add(&mut pair, &group(&key(9), &[&phone, &tablet], None, NOW), NOW);
    add(&mut pair, &group(&key(66), &[&tablet], Some(key(9).public()), later(60)), later(60));
    assert_eq!(pair.address(&key(9).public(), later(60)), key(9).public());
}

#[test]
fn who_withdraws_is_not_found_there_any_more() {
    let (phone, tablet) = (key(1), key(2));
    let mut directory = Directory::default();
    add(&mut directory, &group(&key(9), &[&phone, &tablet], None, NOW), NOW);
    directory.withdraw(&Withdrawal::new(&key(9).public(), &tablet));
    assert_eq!(directory.address(&tablet.public(), NOW), tablet.public());
    assert_eq!(directory.address(&phone.public(), NOW), key(9).public());
    assert_eq!(directory.devices(&key(9).public()), [phone.public()].into());
    // Advertising it again does not bring the member back.
    add(&mut directory, &group(&key(9), &[&phone, &tablet], None, NOW), later(1));
    assert_eq!(directory.address(&tablet.public(), NOW), tablet.public());
    // Nobody withdraws for others, and not from groups that are not known.
    let mut bytes = Withdrawal::new(&key(9).public(), &tablet).encode();
    bytes[32..64].copy_from_slice(phone.public().as_bytes());
    assert_eq!(Withdrawal::decode(&bytes).unwrap_err(), GroupError::Consent(phone.public()));
    directory.withdraw(&Withdrawal::new(&key(70).public(), &phone));
    assert_eq!(directory.len(), 1);
}

#[test]
fn groups_are_nested() {
    let (phone, tablet, friend) = (key(1), key(2), key(3));
    let mine = group(&key(9), &[&phone, &tablet], None, NOW);
    let theirs = group(&key(10), &[&friend], None, NOW);
    // A group consents with its own key.
    let both = group(&key(11), &[mine.pair(), theirs.pair()], None, NOW);
    let mut directory = Directory::default();
    for group in [&mine, &theirs, &both] {
        add(&mut directory, group, NOW);
    }
    let devices = directory.devices(&key(11).public());
    assert_eq!(devices, [phone.public(), tablet.public(), friend.public()].into());
    assert_eq!(directory.lookup(&key(9).public(), NOW).unwrap().group(), key(11).public());
    // Someone to whom I write is not upgraded to what else they are in: that is another conversation.
    assert_eq!(directory.address(&phone.public(), NOW), key(9).public());
}

#[test]
fn groups_in_each_other_end() {
    let (one, other) = (key(9), key(10));
    let mut directory = Directory::default();
    add(&mut directory, &group(&one, &[&other, &key(1)], Some(other.public()), NOW), NOW);
    add(&mut directory, &group(&other, &[&one, &key(1)], Some(one.public()), later(1)), later(1));
    assert_eq!(directory.devices(&one.public()), [key(1).public()].into());
    let address = directory.address(&key(1).public(), later(1));
    assert!([one.public(), other.public()].contains(&address));
}

#[test]
fn what_is_private_is_used_and_not_told() {
    let (phone, tablet) = (key(1), key(2));
    let secret = group(&key(9), &[&phone, &tablet], None, NOW);
    let mut friend = Directory::default();
    friend.add(secret.certificate().clone(), true, NOW);
    assert_eq!(friend.address(&phone.public(), NOW), key(9).public());
    assert!(friend.answer(&phone.public(), NOW).is_none());
    // Private ones do not expire, and strangers' do not push them out.
    for number in 0..MAX_GROUPS + 10 {
        let mut seed = [77; 32];
        seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let stranger = KeyPair::from_seed(&seed);
        add(&mut friend, &group(&stranger, &[&key(200)], None, NOW), later(number as u64));
        assert!(friend.len() <= MAX_GROUPS);
    }
    let late = later(2 * ADVERTISED.as_secs());
    assert_eq!(friend.address(&phone.public(), late), key(9).public());
    // Everybody may be told what is advertised after all.
    add(&mut friend, &secret, late);
    assert!(friend.answer(&phone.public(), late).is_some());
}

#[test]
fn what_nobody_advertises_any_more_is_forgotten() {
    let (phone, pair) = (key(1), key(9));
    let mut directory = Directory::default();
    let mine = group(&pair, &[&phone], None, NOW);
    add(&mut directory, &mine, NOW);
    let (within, after) = (NOW + ADVERTISED, NOW + ADVERTISED + Duration::from_secs(1));
    assert_eq!(directory.address(&phone.public(), within), pair.public());
    assert_eq!(directory.address(&phone.public(), after), phone.public());
    add(&mut directory, &mine, within);
    assert_eq!(directory.address(&phone.public(), after), pair.public());
    // Nor is what comes from the future believed.
    let early = group(&key(10), &[&phone], None, later(24 * 3600));
    assert_eq!(add(&mut directory, &early, NOW), Added::Stale);
    assert_eq!(directory.address(&phone.public(), NOW), pair.public());
}

#[test]
fn one_key_is_one_group() {
    let (phone, tablet, pair) = (key(1), key(2), key(9));
    let mut directory = Directory::default();
    add(&mut directory, &group(&pair, &[&phone, &tablet], None, NOW), NOW);
    assert_eq!(
        add(&mut directory, &group(&pair, &[&tablet, &key(66)], None, later(60)), later(60)),
        Added::Stale
    );
    assert_eq!(directory.get(&pair.public()).unwrap().members(), [phone.public(), tablet.public()]);
}

#[test]
fn the_directory_is_bounded_in_bytes() {
    let members: Vec<_> = (0..64).map(key).collect();
    let members: Vec<_> = members.iter().collect();
    let each = 200 + members.len() * (32 + 64 + 48);
    let mut directory = Directory::default();
    for number in 0..70_u8 {
        add(&mut directory, &group(&key(100 + number), &members, None, NOW), later(u64::from(number)));
        assert!(directory.len() * each <= MAX_BYTES);
    }
    assert!(directory.len() * each > MAX_BYTES - each, "as many as fit");
    assert!(directory.get(&key(169).public()).is_some(), "the newest stays");
    assert!(directory.get(&key(100).public()).is_none(), "the oldest went");
    let _: Option<&Certificate> = directory.lookup(&key(0).public(), NOW);
}
