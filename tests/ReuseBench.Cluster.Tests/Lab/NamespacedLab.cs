using ReuseBench.Cluster;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests.Lab;

/// <summary>
/// A lab on this machine: the server's host in one network namespace, two client hosts in one each, joined by veth; nats-server and agents are really
/// started. The clients' CLOCK_MONOTONIC is another than the server's, by time namespaces: what their offsets are is known. The tests of a class share one:
/// each begins with <see cref="Start"/>, which puts up again what the one before has killed. Skips the test, with the reason, where rights or programs are
/// missing.
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
    private readonly List<RunningProgram> _runs = [];
    private readonly Dictionary<string, RunningProgram> _agents = [];
    private readonly Dictionary<string, int> _holders = [];

    /// <summary>How much each agent had said when the test began.</summary>
    private readonly Dictionary<string, int> _said = [];

    /// <summary>How far each host's clock is ahead of the server's, in seconds.</summary>
    public IReadOnlyDictionary<string, double> OffsetsS { get; } = new Dictionary<string, double> { ["a"] = 0, ["b"] = 1000, ["c"] = -100 };

    /// <summary>Path of the hosts file.</summary>
    public string HostsFile => _folder.At("lab.yaml");

    private string Keys => _folder.At("keys");

    /// <summary>Makes the namespaces where there are none yet, and starts the engine and the agents that do not run.</summary>
    /// <param name="extra">A line of the hosts file.</param>
    /// <param name="serverAddress">As the hosts file has it.</param>
    public void Start(string extra = "", string serverAddress = ServerAddress)
    {
        if (_holders.Count == 0)
        {
            MakeNamespaces();
        }

        File.WriteAllText(HostsFile, $$"""
            engine: tls://{{ServerAddress}}:{{Port}}
            launch: agents
            credentials: {{Path.Combine(Keys, "coordinator")}}
            server: {name: a, address: {{serverAddress}}}
            clients:
              - {name: b, address: 10.77.1.2}
              - {name: c, address: 10.77.2.2}
            {{extra}}
            """);
        foreach (RunningProgram run in _runs.Where(r => !r.Process.HasExited))
        {
            // Of a test that failed: its hosts are not free.
            Kill(run);
            KillEngine();
        }

        if (_engine is null)
        {
            StartEngine();
            foreach (RunningProgram agent in _agents.Values)
            {
                // Of another engine, and of a run that could not give it free.
                Kill(agent);
            }

            _agents.Clear();
        }

        foreach (string host in OffsetsS.Keys.Where(h => !_agents.TryGetValue(h, out RunningProgram? agent) || agent.Process.HasExited))
        {
            StartAgent(host);
        }

        foreach (string host in OffsetsS.Keys)
        {
            _said[host] = 0;
            WaitFor(host, Waits);
            _said[host] = _agents[host].Errors.Length;
        }
    }

    private void MakeNamespaces()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed on this host");
        string unshare = Tools.Require("unshare");
        _ = Tools.Require("nsenter");
        string ip = Tools.Require("ip");
        Assert.SkipUnless(
            RunningProgram.Run(unshare, "-n", "-T", "--monotonic", "1000", "--fork", "true").ExitCode == 0, "no right to make network and time namespaces");

        foreach (string host in OffsetsS.Keys)
        {
            RunningProgram holder = Keep(RunningProgram.Start(unshare, "-n", "sleep", "3600"));
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
    }

    private void StartEngine()
    {
        RunningProgram server = _engine = Keep(StartIn("a", Keys, EngineProgram.Require(), "-c", LabKeys.ConfigFile));
        Eventually.Holds(
            () => server.Errors.Contains("Server is ready", StringComparison.Ordinal), () => $"nats-server did not start: {server.Errors}");
    }

    /// <summary>The agent of a host, in its own time.</summary>
    internal RunningProgram StartAgent(string host)
    {
        string[] agent =
            [RunningProgram.ReuseBench, "agent", "--name", host, "--dir", Path.Combine(Keys, host), "--engine", $"tls://{ServerAddress}:{Port}"];
        string[] command = OffsetsS[host] == 0
            ? agent
            : ["unshare", "-T", "--monotonic", $"{OffsetsS[host]}", "--fork", "--kill-child", .. agent];
        _said[host] = 0;
        return _agents[host] = Keep(StartIn(host, _folder.Path, command));
    }

    /// <summary>What the agent of a host has said in this test.</summary>
    public string Said(string host) => _agents[host].Errors[_said[host]..];

    /// <summary>SIGKILL, without a word to anybody.</summary>
    public void KillAgent(string host) => Kill(_agents[host]);

    /// <summary>Likewise, nats-server.</summary>
    public void KillEngine()
    {
        if (_engine is { } engine)
        {
            Kill(engine);
            _engine = null;
        }
    }

    /// <summary>Waits until the first client's host has several connections to the server, its agent's to the engine not counted.</summary>
    public void WaitForLoad()
    {
        string ss = Tools.Require("ss");
        Eventually.Holds(
            () =>
            {
                using RunningProgram program = StartIn("a", _folder.Path, ss, "-tnH", "state", "established");
                return program.WaitForExit().Output.Split('\n')
                    .Count(line => line.Contains("10.77.1.2:", StringComparison.Ordinal) && !line.Contains($":{Port} ", StringComparison.Ordinal)) > 1;
            },
            () => $"b has no connections to the server: {Said("b")}");
    }

    /// <summary>Takes the link between the server's host and a client's up or down.</summary>
    public void SetLink(string client, bool isUp) => In("a", Tools.Require("ip"), "link", "set", $"to-{client}", isUp ? "up" : "down");

    /// <summary>From the server's host to a client's no more than 20 Mbit/s pass, and what finds the short queue full is dropped.</summary>
    public void Throttle(string client)
    {
        using RunningProgram program = StartIn(
            "a", _folder.Path, Tools.Require("tc"), "qdisc", "add", "dev", $"to-{client}", "root", "tbf", "rate", "20mbit", "burst", "10kb", "limit", "30kb");
        Assert.SkipUnless(program.WaitForExit().ExitCode == 0, "the kernel has no token bucket filter");
    }

    /// <summary>As fast as ever.</summary>
    public void EndThrottle(string client) => In("a", Tools.Require("tc"), "qdisc", "del", "dev", $"to-{client}", "root");

    /// <summary>Waits until an agent has said something.</summary>
    public void WaitFor(string host, string words) => Eventually.Holds(
        () => Said(host).Contains(words, StringComparison.Ordinal), () => $"{host} never said '{words}': {Said(host)}");

    /// <summary>The program as coordinator, beside the server.</summary>
    internal RunningProgram StartRun(params string[] arguments)
    {
        RunningProgram run = Keep(StartIn("a", _folder.Path, [RunningProgram.ReuseBench, .. arguments]));
        _runs.Add(run);
        return run;
    }

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

    private static void Kill(RunningProgram program)
    {
        if (!program.Process.HasExited)
        {
            program.Process.Kill(entireProcessTree: true);
            program.Process.WaitForExit();
        }
    }

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
