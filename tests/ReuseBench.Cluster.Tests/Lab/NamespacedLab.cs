using ReuseBench.Cluster;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests.Lab;

/// <summary>
/// A lab on this machine: the server's host in one network namespace, two client hosts in one each, joined by veth; nats-server and agents are really
/// started. The clients' CLOCK_MONOTONIC is another than the server's, by time namespaces: what their offsets are is known. Skips the test, with the
/// reason, where rights or programs are missing.
/// </summary>
public sealed class NamespacedLab : IDisposable
{
    /// <summary>The server's address, on its link to the first client; the second has a route to it.</summary>
    public const string ServerAddress = "10.77.1.1";

    private const string Waits = "waits for work";
    private const int Port = 4222;

    private readonly TestFolder _folder = new();
    private RunningProgram? _engine;
    private readonly List<RunningProgram> _running = [];
    private readonly Dictionary<string, RunningProgram> _agents = [];
    private readonly Dictionary<string, int> _holders = [];

    /// <summary>How far each host's clock is ahead of the server's, in seconds.</summary>
    public IReadOnlyDictionary<string, double> OffsetsS { get; } = new Dictionary<string, double> { ["a"] = 0, ["b"] = 1000, ["c"] = -100 };

    /// <summary>Path of the hosts file.</summary>
    public string HostsFile => _folder.At("lab.yaml");

    private string Keys => _folder.At("keys");

    /// <summary>Makes the namespaces, starts the engine and the three agents.</summary>
    public void Start(string extra = "")
    {
        string engine = EngineProgram.Find() ?? "";
        Assert.SkipWhen(engine.Length == 0, "nats-server is not installed on this host");
        string unshare = Tools.Require("unshare");
        _ = Tools.Require("nsenter");
        string ip = Tools.Require("ip");
        Assert.SkipUnless(
            RunningProgram.Run(unshare, "-n", "-T", "--monotonic", "1000", "--fork", "true").ExitCode == 0, "no right to make network and time namespaces");

        foreach (string host in OffsetsS.Keys)
        {
            RunningProgram holder = Keep(RunningProgram.Start(unshare, "-n", "sleep", "600"));
            _holders[host] = holder.Process.Id;
        }

        // The namespace is there when its holder has become the program that it runs.
        Eventually.Holds(() => _holders.Values.All(IsApart), () => "no network namespace came up");
        foreach (string host in OffsetsS.Keys)
        {
            In(host, ip, "link", "set", "lo", "up");
        }

        Join(ip, "b", 1);
        Join(ip, "c", 2);
        In("c", ip, "route", "add", "default", "via", "10.77.2.1");
        LabKeys.Create(Keys, [.. OffsetsS.Keys], [ServerAddress], Port);
        RunningProgram server = _engine = Keep(StartIn("a", Keys, engine, "-c", LabKeys.ConfigFile));
        Eventually.Holds(
            () => server.Errors.Contains("Server is ready", StringComparison.Ordinal), () => $"nats-server did not start: {server.Errors}");
        File.WriteAllText(HostsFile, $$"""
            engine: tls://{{ServerAddress}}:{{Port}}
            launch: agents
            credentials: {{Path.Combine(Keys, "coordinator")}}
            server: {name: a, address: {{ServerAddress}}}
            clients:
              - {name: b, address: 10.77.1.2}
              - {name: c, address: 10.77.2.2}
            {{extra}}
            """);
        foreach (string host in OffsetsS.Keys)
        {
            StartAgent(host);
        }

        Eventually.Holds(
            () => _agents.Values.All(a => a.Errors.Contains(Waits, StringComparison.Ordinal)),
            () => $"an agent did not connect: {string.Join("\n", _agents.Values.Select(a => a.Errors))}");
    }

    /// <summary>The agent of a host, in its own time.</summary>
    internal RunningProgram StartAgent(string host)
    {
        string[] agent =
            [RunningProgram.ReuseBench, "agent", "--name", host, "--dir", Path.Combine(Keys, host), "--engine", $"tls://{ServerAddress}:{Port}"];
        string[] command = OffsetsS[host] == 0
            ? agent
            : ["unshare", "-T", "--monotonic", $"{OffsetsS[host]}", "--fork", "--kill-child", .. agent];
        return _agents[host] = Keep(StartIn(host, _folder.Path, command));
    }

    /// <summary>What the agent of a host has said.</summary>
    public string Said(string host) => _agents[host].Errors;

    /// <summary>SIGKILL, without a word to anybody.</summary>
    public void KillAgent(string host) => _agents[host].Process.Kill(entireProcessTree: true);

    /// <summary>Likewise, nats-server.</summary>
    public void KillEngine() => _engine!.Process.Kill(entireProcessTree: true);

    /// <summary>Waits until an agent has said something.</summary>
    public void WaitFor(string host, string words) => Eventually.Holds(
        () => Said(host).Contains(words, StringComparison.Ordinal), () => $"{host} never said '{words}': {Said(host)}");

    /// <summary>The program as coordinator, beside the server.</summary>
    internal RunningProgram StartRun(params string[] arguments) => Keep(StartIn("a", _folder.Path, [RunningProgram.ReuseBench, .. arguments]));

    /// <summary>A path in the folder of the lab.</summary>
    public string At(string name) => _folder.At(name);

    public void Dispose()
    {
        foreach (RunningProgram program in Enumerable.Reverse(_running))
        {
            program.Dispose();
        }

        _folder.Dispose();
    }

    private static bool IsApart(int pid) => new FileInfo($"/proc/{pid}/ns/net").LinkTarget is { } its && its != new FileInfo("/proc/self/ns/net").LinkTarget;

    private RunningProgram Keep(RunningProgram program)
    {
        _running.Add(program);
        return program;
    }

    private RunningProgram StartIn(string host, string folder, params string[] command) =>
        RunningProgram.StartIn(folder, "nsenter", ["-t", $"{_holders[host]}", "-n", .. command]);

    private void In(string host, params string[] command)
    {
        using RunningProgram program = StartIn(host, _folder.Path, command);
        Outcome outcome = program.WaitForExit();
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', command)}: {outcome.Errors}");
    }

    /// <summary>A link of its own from the server's host to a client's.</summary>
    private void Join(string ip, string client, int network)
    {
        In("a", ip, "link", "add", $"to-{client}", "type", "veth", "peer", "name", "uplink", "netns", $"{_holders[client]}");
        In("a", ip, "addr", "add", $"10.77.{network}.1/24", "dev", $"to-{client}");
        In("a", ip, "link", "set", $"to-{client}", "up");
        In(client, ip, "addr", "add", $"10.77.{network}.2/24", "dev", "uplink");
        In(client, ip, "link", "set", "uplink", "up");
    }
}
