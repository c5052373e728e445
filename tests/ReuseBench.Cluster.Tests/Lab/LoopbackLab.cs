using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Cluster;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests.Lab;

/// <summary>
/// A lab on loopback, for which no rights are needed: nats-server without keys, and three agents in this process that start real servers and swarms. Only
/// nats-server and the coordinator are killed here; hosts that are lost are those of <see cref="NamespacedLab"/>.
/// </summary>
internal sealed class LoopbackLab : IDisposable
{
    /// <summary>By how much the clock of <see cref="Hasten"/> runs faster: far from what a crystal does, so that no bound hides it.</summary>
    private const long HastePart = 10;

    private static readonly string[] Hosts = ["a", "b", "c"];
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(120);

    private readonly TestFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Words> _said = [];
    private readonly List<Thread> _agents = [];
    private readonly List<RunningProgram> _running = [];
    private LocalEngine? _engine;
    private string? _hastened;
    private long _sinceNs;

    /// <summary>Path of the hosts file.</summary>
    public string HostsFile => _folder.At("lab.yaml");

    private LocalEngine Engine => _engine ?? throw new InvalidOperationException("the lab is not started");

    /// <summary>Starts the engine and the agents.</summary>
    public void Start()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed on this host");
        _engine = LocalEngine.Start(_folder.At("engine"), 0);
        File.WriteAllText(HostsFile, $$"""
            engine: {{Engine.Url}}
            launch: agents
            server: {name: a, address: 127.0.0.1}
            clients:
              - {name: b, address: 127.0.0.2}
              - {name: c, address: 127.0.0.3}
            """);
        foreach (string host in Hosts)
        {
            Words said = _said[host] = new Words();
            Thread agent = new(() => RunAgent(host, said)) { IsBackground = true };
            agent.Start();
            _agents.Add(agent);
        }

        Assert.All(Hosts, host => WaitFor(host, "waits for work"));
    }

    /// <summary>SIGKILL, and a new start with the same port and store.</summary>
    public void RestartEngine()
    {
        int port = Engine.Port;
        Engine.Kill();
        Engine.Dispose();
        _engine = LocalEngine.Start(_folder.At("engine"), port);
    }

    /// <summary>From now on a host tells of a clock that runs faster than the kernel's.</summary>
    public void Hasten(string host)
    {
        Volatile.Write(ref _sinceNs, MonotonicClock.NowNs());
        Volatile.Write(ref _hastened, host);
    }

    /// <summary>A second connection of the coordinator, as an onlooker.</summary>
    public EngineLink Connect() => EngineLink.Connect(Engine.Url, null, Coordinator.Name);

    /// <summary>What the agent of a host has said.</summary>
    public string Said(string host) => _said[host].ToString();

    /// <summary>Waits until an agent has said something.</summary>
    public void WaitFor(string host, string words) => Eventually.Holds(
        () => Said(host).Contains(words, StringComparison.Ordinal), () => $"{host} never said '{words}': {Said(host)}");

    /// <summary>The program as coordinator.</summary>
    public RunningProgram StartRun(params string[] arguments)
    {
        RunningProgram run = RunningProgram.StartIn(_folder.Path, RunningProgram.ReuseBench, ["run", .. arguments, "--hosts", HostsFile]);
        _running.Add(run);
        return run;
    }

    /// <summary>A path in the folder of the lab.</summary>
    public string At(string name) => _folder.At(name);

    public void Dispose()
    {
        _running.ForEach(run => run.Dispose());
        _stop.Cancel();
        Assert.All(_agents, agent => Assert.True(agent.Join(EndLimit), "an agent did not end"));
        _engine?.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private void RunAgent(string host, Words said)
    {
        try
        {
            using EngineLink link = EngineLink.Connect(Engine.Url, null, host);
            using Agent agent = new(
                host, HostFactsReader.VersionText, link, new HostWork(CpuList.None, said), new AgentLimits(), said, () => ClockOf(host));
            agent.Run(once: false, _stop.Token);
        }
#pragma warning disable CA1031 // Whatever it is, the test that waits for the agent's words shows it.
        catch (Exception e)
        {
            said.WriteLine($"ended: {e.Message}");
        }
#pragma warning restore CA1031
    }

    private long ClockOf(string host)
    {
        long nowNs = MonotonicClock.NowNs();
        return Volatile.Read(ref _hastened) == host ? nowNs + ((nowNs - Volatile.Read(ref _sinceNs)) / HastePart) : nowNs;
    }

    /// <summary>Lines, which one thread writes and others read.</summary>
    private sealed class Words() : TextWriter(CultureInfo.InvariantCulture)
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _lines.Enqueue(value ?? "");

        public override string ToString() => string.Join('\n', _lines);
    }
}
