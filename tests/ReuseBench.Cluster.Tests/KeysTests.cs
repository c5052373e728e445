using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ReuseBench.Cluster;
using ReuseBench.ClusterTests.Lab;
using ReuseBench.Core;

namespace ReuseBench.ClusterTests;

/// <summary>Who may say what to the engine: held by the real nats-server, with keys that are made for each test.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-keys-").FullName;

    private string Lab => Path.Combine(_folder, "lab");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keys_can_be_read_by_their_owner_alone_and_the_authority_keeps_none()
    {
        LabKeys.Create(Lab, ["a", "b"], ["10.0.0.9", "engine.lab"], 4222);
        string[] files = Directory.GetFiles(Lab, "*", SearchOption.AllDirectories);
        Assert.Equal(
            ["a/ca.crt", "a/host.crt", "a/host.key", "a/host.nk", "b/ca.crt", "b/host.crt", "b/host.key", "b/host.nk", "ca.crt",
                "coordinator/ca.crt", "coordinator/host.crt", "coordinator/host.key", "coordinator/host.nk", "engine.crt", "engine.key", "nats.conf"],
            files.Select(f => Path.GetRelativePath(Lab, f)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.All(Directory.GetDirectories(Lab).Append(Lab), folder =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
        Assert.Equal(3, Directory.GetDirectories(Lab).Select(folder => Credentials.Read(folder).Seed).Distinct().Count());

        string config = File.ReadAllText(Path.Combine(Lab, LabKeys.ConfigFile));
        Assert.Contains("listen: \"10.0.0.9:4222\"", config, StringComparison.Ordinal);
        Assert.DoesNotContain("authorization", config, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, config, StringComparison.Ordinal);
        Assert.All(Directory.GetDirectories(Lab), folder => Assert.DoesNotContain(Credentials.Read(folder).Seed, config, StringComparison.Ordinal));
    }

    [Fact]
    public void The_engines_certificate_names_where_it_is_reached_and_all_are_of_one_authority()
    {
        LabKeys.Create(Lab, ["a"], ["10.0.0.9", "engine.lab"], 4222);
        using X509Certificate2 ca = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Lab, "ca.crt"));
        using X509Certificate2 engine = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Lab, "engine.crt"));
        using X509Certificate2 host = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Lab, "a", "host.crt"));
        Assert.All(["10.0.0.9", "engine.lab", "127.0.0.1", "::1", "localhost"], name => Assert.True(engine.MatchesHostname(name, true, false), name));
        Assert.False(engine.MatchesHostname("10.0.0.8", true, false));
        Assert.All((X509Certificate2[])[engine, host], leaf =>
        {
            using X509Chain chain = new() { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
            chain.ChainPolicy.CustomTrustStore.Add(ca);
            Assert.True(chain.Build(leaf));
        });
        Assert.Equal("CN=a", host.Subject);
    }

    [Theory]
    [InlineData("", "hosts: name at least one")]
    [InlineData("a,a", "hosts: a name stands twice")]
    [InlineData("a,../b", "hosts: '../b' is no name of a host")]
    [InlineData("a,all", "hosts: 'all' is taken")]
    public void Hosts_that_cannot_be_are_refused_before_anything_is_written(string hosts, string problem)
    {
        string[] names = hosts.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(problem, Assert.Throws<UsageException>(() => LabKeys.Create(Lab, names, [], 4222)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Lab));
    }

    [Fact]
    public void Keys_that_are_there_are_kept()
    {
        LabKeys.Create(Lab, ["a"], [], 4222);
        string seed = Credentials.Read(Path.Combine(Lab, "a")).Seed;
        Assert.Contains("is not empty", Assert.Throws<UsageException>(() => LabKeys.Create(Lab, ["a"], [], 4222)).Message, StringComparison.Ordinal);
        Assert.Equal(seed, Credentials.Read(Path.Combine(Lab, "a")).Seed);
    }

    [Fact]
    public void The_engine_knows_those_that_show_a_certificate_and_its_own_key_and_nobody_else()
    {
        using LocalEngine engine = Start();
        Credentials b = engine.CredentialsOf("b")!;
        (EngineTalk talk, string answer) = EngineTalk.Connect(engine.Port, b, b.Seed);
        using (talk)
        {
            Assert.Equal("+OK", answer);
        }

        // No certificate, and one of another authority: no word is heard.
        LabKeys.Create(Path.Combine(_folder, "other"), ["b"], [], 4222);
        Credentials foreign = Credentials.Read(Path.Combine(_folder, "other", "b"));
        RefusedByTls(engine.Port, null, b.Seed);
        RefusedByTls(engine.Port, foreign, b.Seed);

        // A certificate, and no key or another: the handshake is done, and the door stays shut.
        RefusedByKey(engine.Port, b, foreign.Seed);
        RefusedByKey(engine.Port, b, null);
    }

    [Fact]
    public void A_host_says_and_hears_its_own_subjects_alone()
    {
        using LocalEngine engine = Start();
        Credentials b = engine.CredentialsOf("b")!;
        (EngineTalk talk, _) = EngineTalk.Connect(engine.Port, b, b.Seed);
        using (talk)
        {
            Assert.Equal("+OK", talk.Ask("SUB rb.*.down.b.> 1"));
            Assert.Equal("+OK", talk.Ask("SUB _INBOX_b.> 2"));
            Assert.Equal("+OK", talk.Ask("PUB rb.run.up.b.result 0\r\n"));
            Violates("Subscription", "rb.*.down.a.>", talk.Ask("SUB rb.*.down.a.> 3"));
            Violates("Subscription", "rb.>", talk.Ask("SUB rb.> 4"));
            Violates("Subscription", "_INBOX_coordinator.>", talk.Ask("SUB _INBOX_coordinator.> 5"));
            Violates("Publish", "rb.run.up.a.result", talk.Ask("PUB rb.run.up.a.result 0\r\n"));
            Violates("Publish", "rb.run.down.a.start", talk.Ask("PUB rb.run.down.a.start 0\r\n"));
            Violates("Publish", "$JS.API.STREAM.PURGE.rb-results", talk.Ask("PUB $JS.API.STREAM.PURGE.rb-results 0\r\n"));
            Violates("Publish", "$KV.rb-leases.lease.a", talk.Ask("PUB $KV.rb-leases.lease.a 0\r\n"));
            Violates("Publish", "_INBOX_coordinator.1", talk.Ask("PUB _INBOX_coordinator.1 0\r\n"));
        }
    }

    [Fact]
    public void The_coordinator_may_do_all_of_it()
    {
        using LocalEngine engine = Start();
        Credentials coordinator = engine.CredentialsOf(LabKeys.Coordinator)!;
        (EngineTalk talk, string answer) = EngineTalk.Connect(engine.Port, coordinator, coordinator.Seed);
        using (talk)
        {
            Assert.Equal("+OK", answer);
            Assert.Equal("+OK", talk.Ask("SUB rb.> 1"));
            Assert.Equal("+OK", talk.Ask("PUB $JS.API.INFO 0\r\n"));
        }
    }

    [Fact]
    public void An_engine_of_a_run_says_where_it_listens_and_a_port_that_is_taken_is_named()
    {
        SkipWithoutEngine();
        using LocalEngine engine = LocalEngine.Start(Path.Combine(_folder, "plain"), 0);
        Assert.StartsWith("nats://127.0.0.1:", engine.Url, StringComparison.Ordinal);
        Assert.Null(engine.CredentialsOf("b"));
        string problem = Assert.Throws<UsageException>(() => LocalEngine.Start(Path.Combine(_folder, "second"), engine.Port)).Message;
        Assert.StartsWith("engine: nats-server ended with exit code 1: ", problem, StringComparison.Ordinal);
        Assert.Contains("address already in use", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Theory]
    [InlineData("2.9.10", true)]
    [InlineData("2.10.26", true)]
    [InlineData("2.10.27", false)]
    [InlineData("2.11.1", false)]
    [InlineData(null, false)]
    public void An_old_engine_is_told_of(string? version, bool told) => Assert.Equal(told, EngineProgram.Advice(version) is not null);

    private static void RefusedByTls(int port, Credentials? shown, string? seed)
    {
        // TLS 1.3 tells the client of it only behind its own part of the handshake.
        string said;
        try
        {
            (EngineTalk talk, said) = EngineTalk.Connect(port, shown, seed);
            talk.Dispose();
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            said = "gone";
        }

        Assert.Equal("gone", said);
    }

    private static void RefusedByKey(int port, Credentials shown, string? seed)
    {
        (EngineTalk talk, string answer) = EngineTalk.Connect(port, shown, seed);
        talk.Dispose();
        Assert.Equal("-ERR 'Authorization Violation'", answer);
    }

    private static void Violates(string what, string subject, string answer) =>
        Assert.StartsWith($"-ERR 'Permissions Violation for {what} to \"{subject}\"", answer, StringComparison.Ordinal);

    private static void SkipWithoutEngine() =>
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed (Debian: apt install nats-server)");

    private LocalEngine Start()
    {
        SkipWithoutEngine();
        return LocalEngine.Start(Path.Combine(_folder, "engine"), 0, ["a", "b"]);
    }
}
