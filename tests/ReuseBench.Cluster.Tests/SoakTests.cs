using System.Diagnostics;
using System.Globalization;
using System.Net;
using ReuseBench.Cluster;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Hosts;
using ReuseBench.Linux;

namespace ReuseBench.ClusterTests;

/// <summary>
/// Many agents: each connects with a certificate and a key of its own, and what it would measure is made up. NBomber's cluster lost half of its runs
/// with 45 (NBomber #489). <c>REUSEBENCH_SOAK_AGENTS</c> says how many, 60 without it.
/// </summary>
public sealed class SoakTests : IDisposable
{
    private const int Repeats = 10;
    private const int Pings = 8;
    private const long Ms = 1_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-soak-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_agent_of_many_connects_and_brings_every_result_once()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed (Debian: apt install nats-server)");
        int count = Environment.GetEnvironmentVariable("REUSEBENCH_SOAK_AGENTS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 60;
        HostEntry[] hosts = [.. Enumerable.Range(0, count).Select(i => new HostEntry { Name = $"h{i}", Address = IPAddress.Loopback })];
        using LocalEngine engine = LocalEngine.Start(Path.Combine(_folder, "engine"), 0, [.. hosts.Select(h => h.Name)]);
        using CancellationTokenSource stop = new();
        using CountdownEvent waiting = new(count);
        Stopwatch watch = Stopwatch.StartNew();
        Thread[] agents = [.. hosts.Select(host => Start(host.Name, engine, waiting, stop.Token))];
        try
        {
            Assert.True(waiting.Wait(Limit, TestContext.Current.CancellationToken), $"{waiting.CurrentCount} of {count} agents did not connect");
            Say($"{count} agents connected", watch);
            using EngineLink link = EngineLink.Connect(engine.Url, engine.CredentialsOf(LabKeys.Coordinator), Coordinator.Name);
            using Coordinator coordinator = new(link, "soak");
            Assert.All(hosts, host => Assert.Equal(host.Name, coordinator.Claim(host).Name));
            Say("claimed", watch);
            ClockBound[] bounds = [.. hosts.Select(host => coordinator.Clock(host, Pings))];

            // One clock: its offset from itself is none.
            Assert.All(bounds, bound => Assert.InRange(0, bound.LowNs, bound.HighNs));
            Say($"clocks, worst bound ±{bounds.Max(b => b.HalfWidthNs) / 1000} µs", watch);
            for (int repeat = 1; repeat <= Repeats; repeat++)
            {
                Measure(coordinator, hosts, new RepeatKey("soak", repeat, 1));
            }

            Say($"{Repeats} repeats of {count} results", watch);
            Assert.Equal(0, coordinator.Dropped);
        }
        finally
        {
            stop.Cancel();
            Assert.All(agents, agent => Assert.True(agent.Join(Limit), "an agent did not end"));
        }
    }

    private static void Measure(Coordinator coordinator, HostEntry[] hosts, RepeatKey key)
    {
        coordinator.Begin(key);
        SortedDictionary<string, string> settings = WorkOrder.Describe(CellSettings.OfLoad, Cell.Blank);
        Assert.All(hosts, host => Assert.Empty(coordinator.Prepare(host, key, WorkOrder.Load, settings)));
        long epochNs = MonotonicClock.NowNs() + (20_000 * Ms);
        Assert.All(hosts, host => coordinator.Start(host, new HostStart("127.0.0.1:9", epochNs, 0, epochNs, epochNs, epochNs)));
        Assert.All(hosts, host => Assert.Equal(host.Name, coordinator.Await(host, Limit, CancellationToken.None).Half));
        coordinator.Acknowledge();
    }

    private static void Say(string what, Stopwatch watch) =>
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.00} s: {what}"));

    private static Thread Start(string name, LocalEngine engine, CountdownEvent waiting, CancellationToken stop)
    {
        Thread thread = new(() =>
        {
            using EngineLink link = EngineLink.Connect(engine.Url, engine.CredentialsOf(name), name);
            using Agent agent = new(name, "1", link, new MadeUpWork(name), new AgentLimits(), new FirstLine(waiting));
            agent.Run(once: false, stop);
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>A swarm that has its half as soon as it is started.</summary>
    private sealed class MadeUpWork(string name) : IHostWork
    {
        public string Describe() => "{}";

        public IHostTask Serve(ServerSettings settings) => throw new InvalidOperationException("no server is asked for");

        public IHostTask Load(LoadSettings settings) => new MadeUpTask(name);
    }

    private sealed class MadeUpTask(string name) : IHostTask
    {
        private readonly TaskCompletionSource<string> _half = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Ready => "";

        public Task<string> Half => _half.Task;

        public void Start(StartOrder order) => _half.SetResult(name);

        public void Finish()
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Counts an agent when it first says something: that it waits.</summary>
    private sealed class FirstLine(CountdownEvent waiting) : StringWriter(CultureInfo.InvariantCulture)
    {
        private int _lines;

        public override void WriteLine(string? value)
        {
            if (Interlocked.Increment(ref _lines) == 1)
            {
                waiting.Signal();
            }
        }
    }
}
