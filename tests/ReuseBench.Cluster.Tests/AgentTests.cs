using System.Net;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Hosts;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests;

/// <summary>An agent and its coordinators over a real engine; what it would start is made up.</summary>
public sealed class AgentTests : IDisposable
{
    private static readonly HostEntry Host = new() { Name = "b", Address = IPAddress.Loopback };
    private static readonly RepeatKey Key = new("cell", 1, 1);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_run_is_told_who_has_the_host_until_that_gives_it_free() => WithAgent(new AgentLimits(), url =>
    {
        using EngineLink first = EngineLink.Connect(url, null, Coordinator.Name);
        using EngineLink second = EngineLink.Connect(url, null, Coordinator.Name);
        using Coordinator other = new(second, "two");
        using (Coordinator holder = new(first, "one"))
        {
            Assert.Equal("b", holder.Claim(Host).Name);
            Assert.Contains("measured by the run one", Assert.Throws<HostRefusedException>(() => other.Claim(Host)).Message, StringComparison.Ordinal);
        }

        Assert.Equal("b", other.Claim(Host).Name);
    });

    [Fact]
    public void A_coordinator_that_was_taken_over_from_is_not_heard_any_more() => WithAgent(new AgentLimits(), url =>
    {
        using EngineLink first = EngineLink.Connect(url, null, Coordinator.Name);
        using EngineLink second = EngineLink.Connect(url, null, Coordinator.Name);
        using Coordinator old = new(first, "one");
        _ = old.Claim(Host);
        using Coordinator resumed = new(second, "one");
        _ = resumed.Claim(Host);
        Assert.Contains("not claimed", Assert.Throws<HostRefusedException>(() => Prepare(old)).Message, StringComparison.Ordinal);
        Assert.Equal("ready", Prepare(resumed));
    });

    [Fact]
    public void What_the_agent_does_not_allow_is_refused_in_its_words() => WithAgent(new AgentLimits { Allowed = [WorkOrder.Serve], MaxRate = 10 }, url =>
    {
        using EngineLink link = EngineLink.Connect(url, null, Coordinator.Name);
        using Coordinator coordinator = new(link, "one");
        Assert.Equal([WorkOrder.Serve], coordinator.Claim(Host).Allowed);
        Assert.Contains("--allow", Assert.Throws<HostRefusedException>(() => Prepare(coordinator)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void An_order_that_is_overtaken_by_a_later_one_leaves_nothing_running()
    {
        SlowServer work = new();
        WithAgent(
            new AgentLimits(),
            url =>
            {
                using EngineLink link = EngineLink.Connect(url, null, Coordinator.Name);
                using Coordinator coordinator = new(link, "one");
                _ = coordinator.Claim(Host);
                Exception? refused = null;
                Thread first = new(() => refused = Record.Exception(
                    () => coordinator.Prepare(Host, Key, WorkOrder.Serve, WorkOrder.Describe(CellSettings.OfServer, Cell.Blank))));
                first.Start();
                Assert.True(work.IsAsked.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "no server was asked for");
                Assert.Equal("ready", Prepare(coordinator));
                work.Listens.Set();
                first.Join();
                Assert.Contains("another order came meanwhile", Assert.IsType<HostRefusedException>(refused).Message, StringComparison.Ordinal);
                Assert.True(work.Server.Half.IsCanceled);
            },
            work);
    }

    [Fact]
    public void The_clock_of_the_same_machine_is_its_own_within_the_bound() => WithAgent(new AgentLimits(), url =>
    {
        using EngineLink link = EngineLink.Connect(url, null, Coordinator.Name);
        using Coordinator coordinator = new(link, "one");
        _ = coordinator.Claim(Host);
        ClockBound bound = coordinator.Clock(Host, 16);
        Assert.InRange(0, bound.LowNs, bound.HighNs);
        Assert.Equal(16, bound.Samples);
    });

    [Fact]
    public void What_was_prepared_and_never_begun_ends_without_a_word_of_the_coordinator()
    {
        SlowServer work = new();
        work.Listens.Set();
        WithAgent(
            new AgentLimits(),
            url =>
            {
                using (EngineLink link = EngineLink.Connect(url, null, Coordinator.Name))
                {
                    // As one that is killed: nobody gives the host free.
                    Coordinator coordinator = new(link, "one");
                    _ = coordinator.Claim(Host);
                    Assert.Equal("ready", coordinator.Prepare(Host, Key, WorkOrder.Serve, WorkOrder.Describe(CellSettings.OfServer, Cell.Blank)));
                }

                Eventually.Holds(() => work.Server.Half.IsCanceled, () => "the agent goes on without its coordinator");
            },
            work);
    }

    [Fact]
    public void A_way_to_an_address_is_looked_for_and_its_absence_said() => WithAgent(new AgentLimits(), url =>
    {
        using EngineLink link = EngineLink.Connect(url, null, Coordinator.Name);
        using Coordinator coordinator = new(link, "one");
        _ = coordinator.Claim(Host);
        coordinator.RequireWay(Host, IPAddress.Loopback);

        // No host sends to it without saying that it wants to: broadcast.
        string problem = Assert.Throws<HostRefusedException>(() => coordinator.RequireWay(Host, IPAddress.Broadcast)).Message;
        Assert.StartsWith("b: has no way to 255.255.255.255 (", problem, StringComparison.Ordinal);
    });

    [Fact]
    public void A_host_without_an_agent_is_lost_at_once()
    {
        using LocalEngine engine = Engine();
        using EngineLink link = EngineLink.Connect(engine.Url, null, Coordinator.Name);
        using Coordinator coordinator = new(link, "one");
        Assert.Contains("no agent", Assert.Throws<HostLostException>(() => coordinator.Claim(Host)).Message, StringComparison.Ordinal);
    }

    private static string Prepare(Coordinator coordinator) => coordinator.Prepare(
        Host, Key, WorkOrder.Load, WorkOrder.Describe(CellSettings.OfLoad, Cell.Blank with { Load = new LoadSettings { Rate = 5 } }));

    private LocalEngine Engine()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed on this host");
        return LocalEngine.Start(_folder.At("engine"), 0);
    }

    private void WithAgent(AgentLimits limits, Action<string> test, IHostWork? work = null)
    {
        using LocalEngine engine = Engine();
        using EngineLink link = EngineLink.Connect(engine.Url, null, Host.Name);
        using Agent agent = new(Host.Name, "1", link, work ?? new NoWork(), limits, TextWriter.Null);
        using CancellationTokenSource stop = new();
        using ManualResetEventSlim listens = new();
        Task running = Task.Factory.StartNew(
            () => agent.Run(once: false, stop.Token, listens.Set), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(listens.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "the agent never listened");
        try
        {
            test(engine.Url);
        }
        finally
        {
            stop.Cancel();
            running.GetAwaiter().GetResult();
        }
    }

    private sealed class NoWork : IHostWork
    {
        public string Describe() => "{}";

        public IHostTask Serve(ServerSettings settings) => throw new UsageException("none here");

        public IHostTask Load(LoadSettings settings) => new NoTask();
    }

    /// <summary>Its server listens when the test says so.</summary>
    private sealed class SlowServer : IHostWork
    {
        public ManualResetEventSlim IsAsked { get; } = new();

        public ManualResetEventSlim Listens { get; } = new();

        public NoTask Server { get; } = new();

        public string Describe() => "{}";

        public IHostTask Serve(ServerSettings settings)
        {
            IsAsked.Set();
            Listens.Wait();
            return Server;
        }

        public IHostTask Load(LoadSettings settings) => new NoTask();
    }

    private sealed class NoTask : IHostTask
    {
        private readonly TaskCompletionSource<string> _half = new();

        public string Ready => "ready";

        public Task<string> Half => _half.Task;

        public void Start(StartOrder order)
        {
            // Nothing begins.
        }

        public void Finish()
        {
            // Nothing ends.
        }

        public void Dispose() => _half.TrySetCanceled();
    }
}
