"""Write the development broker's `server.properties`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Security", "server_properties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """
    A listener with TLS, and who may come in.

    `key_and_chain` is one PEM file with the broker's private key (PKCS 8, not encrypted) and its certificate chain; `authority`
    is the PEM file of the certificates that sign clients' certificates. With `users` (name to password) the listener is SASL_SSL
    and takes PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and unsigned OAUTHBEARER tokens; without it is SSL. `authorizer` turns on ACLs;
    `super_users` are above them, and so is whoever comes through the plain listener of this machine.
    """

    key_and_chain: Path
    authority: Path
    users: Mapping[str, str] = field(default_factory=dict)
    client_certificates: bool = False
    authorizer: bool = False
    super_users: tuple[str, ...] = ()

    @property
    def protocol(self) -> str:
        """Name the listener's protocol as Kafka does."""
        return "SASL_SSL" if self.users else "SSL"


def server_properties(
    *,
    data: Path,
    port: int,
    controller: int,
    internal: int,
    advertise: int,
    security: Security | None,
    more: Mapping[str, str],
) -> str:
    """
    Write the properties of a single node.

    One node can't replicate, so everything that Kafka would keep three times is kept once, and at least one copy in sync is
    enough. The first rebalance of a group does not wait for more members: it saves three seconds in each test.
    `advertise` is the port of this machine that clients are told to come to; `more` goes before all of that.
    """
    protocol = security.protocol if security else "PLAINTEXT"
    lines = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"CLIENT://127.0.0.1:{port},INTERNAL://127.0.0.1:{internal},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{advertise},INTERNAL://127.0.0.1:{internal}",
        "inter.broker.listener.name": "INTERNAL",
        "listener.security.protocol.map": f"CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:{protocol}",
        "log.dirs": str(data / "log"),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "auto.create.topics.enable": "false",
        # A killed node may not register again until its former self's session has ended, 9 s as Kafka comes. Much shorter, and a
        # busy machine would take a living node for a dead one.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "500",
        "message.max.bytes": "10485760",
        **(_security(security) if security else {}),
        **more,
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def _security(security: Security) -> Mapping[str, str]:
    lines = {
        "listener.name.client.ssl.keystore.type": "PEM",
        "listener.name.client.ssl.keystore.location": str(security.key_and_chain),
        "listener.name.client.ssl.truststore.type": "PEM",
        "listener.name.client.ssl.truststore.location": str(security.authority),
        "listener.name.client.ssl.client.auth": "required" if security.client_certificates else "none",
    }
    if security.users:
        plain = " ".join(f'user_{name}="{password}"' for name, password in security.users.items())
        modules = "org.apache.kafka.common.security"
        lines |= {
            "listener.name.client.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
            "listener.name.client.plain.sasl.jaas.config": f"{modules}.plain.PlainLoginModule required {plain};",
            "listener.name.client.scram-sha-256.sasl.jaas.config": f"{modules}.scram.ScramLoginModule required;",
            "listener.name.client.scram-sha-512.sasl.jaas.config": f"{modules}.scram.ScramLoginModule required;",
            "listener.name.client.oauthbearer.sasl.jaas.config": f"{modules}.oauthbearer.OAuthBearerLoginModule required;",
        }
    if security.authorizer:
        names = ("ANONYMOUS", *security.super_users)  # the node speaks to itself without a name
        lines |= {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": ";".join(f"User:{name}" for name in names),
        }
    return lines
