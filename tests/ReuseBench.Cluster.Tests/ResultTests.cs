using System.Net;
using System.Text.Json;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Hosts;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests;

/// <summary>Results on their way through a real engine: each once, whatever is sent how often.</summary>
public sealed class ResultTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly HostEntry Host = new() { Name = "b", Address = IPAddress.Loopback };
    private static readonly RepeatKey Key = new("cell", 1, 2);

    private readonly TestFolder _folder = new();
    private readonly CancellationTokenSource _end = new();

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_result_that_comes_three_times_is_one_and_one_of_an_earlier_attempt_is_none()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed on this host");
        using LocalEngine engine = LocalEngine.Start(_folder.At("engine"), 0);
        using EngineLink asked = EngineLink.Connect(engine.Url, null, Coordinator.Name);
        using Coordinator coordinator = new(asked, "run 1");
        using EngineLink agent = BusyAgent(engine);
        coordinator.Begin(Key);
        Send(agent, coordinator.Fence, Key with { Attempt = 1 }, "old");
        Assert.False(Send(agent, coordinator.Fence, Key, "new"));
        Assert.True(Send(agent, coordinator.Fence, Key, "new"));
        Assert.True(Send(agent, coordinator.Fence, Key, "new"));
        Assert.Equal("new", coordinator.Await(Host, Limit, CancellationToken.None).Half);
        Eventually.Holds(() => coordinator.Dropped >= 1, () => $"{coordinator.Dropped} results were dropped");
        coordinator.Acknowledge();
    }

    [Fact]
    public void What_a_coordinator_did_not_acknowledge_the_next_one_of_the_run_is_given_and_no_other()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed on this host");
        using LocalEngine engine = LocalEngine.Start(_folder.At("engine"), 0);
        using EngineLink agent = BusyAgent(engine);
        long before;
        using (EngineLink first = EngineLink.Connect(engine.Url, null, Coordinator.Name))
        using (Coordinator coordinator = new(first, "run 1"))
        {
            before = coordinator.Fence;
            Assert.Empty(coordinator.Left());
            coordinator.Begin(Key with { Repeat = 7 });
            Send(agent, coordinator.Fence, Key with { Repeat = 7 }, "in a row");
            Assert.Equal("in a row", coordinator.Await(Host, Limit, CancellationToken.None).Half);
            coordinator.Acknowledge();
            coordinator.Begin(Key);
            coordinator.Note(Key, "what there is to know");
            Send(agent, coordinator.Fence, Key, "in no row");
            Assert.Equal("in no row", coordinator.Await(Host, Limit, CancellationToken.None).Half);
        }

        using EngineLink second = EngineLink.Connect(engine.Url, null, Coordinator.Name);
        using (Coordinator another = new(second, "run 2"))
        {
            Assert.Empty(another.Left());
        }

        using (Coordinator resumed = new(second, "run 1"))
        {
            LeftAttempt left = Assert.Single(resumed.Left(), l => l.Key == Coordinator.KeyText(Key, before));
            Assert.Equal("what there is to know", left.Note);
            Assert.Equal("in no row", Assert.Single(left.Halves).Value.Half);

            // It is no result of what is measured now, and neither is what the first coordinator asked for and comes late.
            resumed.Begin(Key);
            Send(agent, resumed.Fence, Key with { Attempt = 3 }, "of another attempt");
            Send(agent, before, Key with { Repeat = 8 }, "of another coordinator");
            Eventually.Holds(() => resumed.Dropped == 2, () => $"{resumed.Dropped} results were dropped");
            Assert.False(Send(agent, resumed.Fence, Key, "new"), "the engine takes it for the old one");
            Assert.Equal("new", resumed.Await(Host, Limit, CancellationToken.None).Half);
            resumed.Acknowledge();
        }

        Eventually.Holds(() => LeftOf(second, "run 1") == 0, () => "what stands in a row is kept");
    }

    private static int LeftOf(EngineLink link, string run)
    {
        using Coordinator coordinator = new(link, run);
        return coordinator.Left().Count;
    }

    [Fact]
    public void A_result_is_waited_for_while_the_engine_is_started_anew()
    {
        Assert.SkipWhen(EngineProgram.Find() is null, "nats-server is not installed on this host");
        using LocalEngine engine = LocalEngine.Start(_folder.At("engine"), 0);
        using EngineLink asked = EngineLink.Connect(engine.Url, null, Coordinator.Name);
        using Coordinator coordinator = new(asked, "run 1");
        using EngineLink agent = BusyAgent(engine);
        coordinator.Begin(Key);
        Send(agent, coordinator.Fence, Key, "kept");
        engine.Kill();
        Eventually.Holds(() => !asked.IsConnected && !agent.IsConnected && asked.LostNs != 0, () => "nobody misses the engine");
        using LocalEngine again = LocalEngine.Start(_folder.At("engine"), engine.Port);
        Eventually.Holds(() => asked.IsConnected && agent.IsConnected, () => "the engine is not found again");

        // What was stored is there once, and what comes now comes.
        Assert.True(Stored(agent, coordinator.Fence, Key, "kept"));
        Assert.Equal("kept", coordinator.Await(Host, Limit, CancellationToken.None).Half);
        coordinator.Begin(Key with { Repeat = 2 });
        Assert.False(Stored(agent, coordinator.Fence, Key with { Repeat = 2 }, "new"));
        Assert.Equal("new", coordinator.Await(Host, Limit, CancellationToken.None).Half);
    }

    /// <summary>The connection of an agent that says to everything that it is at it: a result may take a while on a busy host.</summary>
    private EngineLink BusyAgent(LocalEngine engine)
    {
        EngineLink link = EngineLink.Connect(engine.Url, null, Host.Name);
        using ManualResetEventSlim listens = new();
        byte[] busy = JsonSerializer.SerializeToUtf8Bytes(new Answer { Body = Agent.Busy }, ClusterJson.Default.Answer);
        _ = link.Listen(Subjects.EveryDown(Host.Name), listens.Set, asked => asked.Reply(busy).AsTask(), _end.Token);
        Assert.True(listens.Wait(Limit, TestContext.Current.CancellationToken), "the agent never listened");
        return link;
    }

    /// <summary>An engine that has just come up may not keep anything yet.</summary>
    private static bool Stored(EngineLink agent, long fence, RepeatKey key, string half)
    {
        bool? known = null;
        Eventually.Holds(
            () =>
            {
                try
                {
                    known = Send(agent, fence, key, half);
                }
                catch (NoAnswerException)
                {
                    // It is asked again.
                }

                return known is not null;
            },
            () => "the engine stores nothing");
        return known!.Value;
    }

    [Fact]
    public void A_result_is_cut_into_pieces_that_the_engine_takes_and_joined_again()
    {
        Random random = new(1);
        string half = string.Concat(Enumerable.Range(0, 2_000_000).Select(_ => (char)random.Next('!', '~')));
        IReadOnlyList<byte[]> pieces = ResultPieces.Cut(new HostOutcome { Half = half });
        Assert.True(pieces.Count > 1);
        Assert.All(pieces, p => Assert.InRange(p.Length, 1, ResultPieces.LargestPiece));
        Assert.Equal(half, ResultPieces.Join(pieces).Half);
        Assert.Throws<InvalidDataException>(() => ResultPieces.Join(pieces.Skip(1)));
    }

    private static bool Send(EngineLink agent, long fence, RepeatKey key, string half) => agent.Store(
        Subjects.Result("run 1", Host.Name), Coordinator.KeyText(key, fence), 0, 1, ResultPieces.Cut(new HostOutcome { Half = half })[0], Limit);
}

/// <summary>What an agent does not let a coordinator do.</summary>
public sealed class AgentLimitTests
{
    [Theory]
    [InlineData(null, "rate: a closed loop has none, and the agent allows 100 (--max-rate)")]
    [InlineData(101.0, "rate: 101 is over what the agent allows, 100 (--max-rate)")]
    public void A_load_over_the_limit_is_refused(double? rate, string expected) => Assert.Equal(
        expected, Assert.Throws<UsageException>(() => new AgentLimits { MaxRate = 100 }.Require(new LoadSettings { Rate = rate })).Message);

    [Fact]
    public void A_load_within_the_limit_is_taken() => new AgentLimits { MaxRate = 100 }.Require(new LoadSettings { Rate = 100 });

    [Fact]
    public void A_target_outside_the_allowed_networks_is_refused()
    {
        AgentLimits limits = new() { Targets = [IPNetwork.Parse("10.0.0.0/24")] };
        Assert.Equal("10.0.0.7", $"{limits.RequireTarget("10.0.0.7:80").Address}");
        Assert.Contains("--allow-targets", Assert.Throws<UsageException>(() => limits.RequireTarget("10.0.1.7:80")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_that_is_not_allowed_is_refused() => Assert.Contains(
        "--allow", Assert.Throws<UsageException>(() => new AgentLimits { Allowed = ["load"] }.RequireRole("serve")).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_are_typed_and_held_to_their_limits()
    {
        WorkOrder order = new()
        {
            Run = "r",
            Fence = 1,
            Key = new RepeatKey("c", 1, 1),
            Role = WorkOrder.Load,
            Settings = WorkOrder.Describe(CellSettings.OfLoad, Cell.Blank with { Load = new LoadSettings { Connections = 7, Rate = 5, Seed = 3 } }),
        };
        Assert.Equal((7, 5.0, 3UL), (order.ReadLoad().Connections, order.ReadLoad().Rate!.Value, order.ReadLoad().Seed));
        Assert.Throws<UsageException>(() => (order with { Settings = new SortedDictionary<string, string> { ["connections"] = "-1" } }).ReadLoad());
        Assert.Contains(
            "no setting of load",
            Assert.Throws<UsageException>(() => (order with { Settings = new SortedDictionary<string, string> { ["exec"] = "/bin/sh" } }).ReadLoad()).Message,
            StringComparison.Ordinal);
    }
}
