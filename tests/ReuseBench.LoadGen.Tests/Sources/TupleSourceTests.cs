using System.Net;
using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Tests.Sources;

public sealed class TupleSourceTests
{
    private static readonly SockAddr Server = SockAddr.From(IPAddress.Parse("127.0.0.1"), 40_010);
    private static readonly PortRange Ephemeral = new(32_768, 60_999);

    [Theory]
    [InlineData("sequential")]
    [InlineData("random")]
    [InlineData("stride:1")]
    [InlineData("stride:7")]
    public void Every_tuple_is_used_once_before_any_is_used_twice_and_no_thread_has_anothers(string plan)
    {
        Gen<(int Addresses, int Ports, int Threads, int Seed)> shapes =
            from addresses in Gen.Choose(1, 5)
            from ports in Gen.Choose(20, 90)
            from threads in Gen.Choose(1, 4)
            from seed in Gen.Choose(0, 1000)
            select (addresses, ports, threads, seed);

        Prop.ForAll(shapes.ToArbitrary(), shape =>
        {
            LoadSettings settings = Settings(plan, shape.Addresses, shape.Ports, shape.Threads) with { Seed = (ulong)shape.Seed };
            SourceCatalogue catalogue = new(settings, Server, Ephemeral);
            SockAddr[][] rounds =
            [
                .. Enumerable.Range(0, shape.Threads).Select(t => Round(catalogue.ForThread(t), TupleSlice.Of(catalogue.Tuples, t, shape.Threads).Count)),
            ];
            SockAddr[] all = [.. rounds.SelectMany(r => r)];

            Assert.Equal(catalogue.Tuples, all.Length);
            Assert.Equal(all.Length, all.Distinct().Count());
            Assert.All(all, tuple => Assert.True(settings.SourcePorts!.Value.Contains(tuple.Port)));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("sequential", "127.0.0.1", true)] // The target's own address.
    [InlineData("random", "127.0.0.1", true)]
    [InlineData("fixed:50", "127.0.0.1", true)]
    [InlineData("sequential", "", true)] // The kernel would take the target's own address on loopback.
    [InlineData("sequential", "127.0.0.2", false)] // Another address cannot meet it.
    public void The_servers_own_port_is_left_out_where_a_socket_could_connect_to_itself(string plan, string sources, bool leftOut)
    {
        LoadSettings settings = new()
        {
            SourcePlan = SourcePlan.Parse(plan, "plan"),
            Sources = AddressSet.Parse(sources, "sources"),
            SourcePorts = new PortRange(40_000, 40_050),
            Connections = 50,
        };
        SourceCatalogue catalogue = new(settings, Server, Ephemeral);
        TupleSource source = catalogue.ForThread(0);
        HashSet<int> ports = [.. Enumerable.Range(0, 50).Select(slot => (int)source.Next(slot).Port)];

        Assert.Equal(leftOut, !ports.Contains(Server.Port));
        Assert.Equal(leftOut ? 50 : 51, plan == "fixed:50" ? 50 : catalogue.Tuples);
    }

    [Fact]
    public void Sequential_ports_ascend_address_after_address()
    {
        TupleSource source = new SourceCatalogue(Settings("sequential", addresses: 2, ports: 3, threads: 1), Server, Ephemeral).ForThread(0);

        Assert.Equal(
            ["127.0.0.2:50000", "127.0.0.2:50001", "127.0.0.2:50002", "127.0.0.3:50000", "127.0.0.3:50001", "127.0.0.3:50002", "127.0.0.2:50000"],
            Round(source, 7).Select(t => t.ToString()));
    }

    [Fact]
    public void Ports_of_a_stride_lie_that_far_apart()
    {
        TupleSource source = new SourceCatalogue(Settings("stride:4", addresses: 1, ports: 10, threads: 1), Server, Ephemeral).ForThread(0);

        Assert.Equal([50_000, 50_004, 50_008, 50_000], Round(source, 4).Select(t => (int)t.Port));
    }

    [Fact]
    public void Random_order_follows_the_seed_and_is_not_sequential()
    {
        SockAddr[] Of(ulong seed) =>
            Round(new SourceCatalogue(Settings("random", 2, 64, 1) with { Seed = seed }, Server, Ephemeral).ForThread(0), 128);

        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
        Assert.NotEqual(Of(1).OrderBy(t => t.ToString(), StringComparer.Ordinal), Of(1));
    }

    [Theory]
    [InlineData(8, 8, true)] // One for each connection: each slot keeps its socket.
    [InlineData(24, 8, false)]
    [InlineData(21, 8, false)] // Slots own two or three.
    public void A_fixed_list_is_shared_out_over_the_slots_and_used_again_and_again(int tuples, int connections, bool keeps)
    {
        LoadSettings settings = Settings($"fixed:{tuples}", addresses: 3, ports: 20, threads: 2) with { Connections = connections };
        SourceCatalogue catalogue = new(settings, Server, Ephemeral);
        HashSet<SockAddr>[] ofSlots = new HashSet<SockAddr>[connections];
        for (int thread = 0, slot = 0; thread < 2; thread++)
        {
            TupleSource source = catalogue.ForThread(thread);
            Assert.Equal(keeps, source.SlotKeepsSocket);
            for (int i = 0; i < connections / 2; i++, slot++)
            {
                ofSlots[slot] = [.. Enumerable.Range(0, 2 * tuples).Select(_ => source.Next(i))];
            }

            Assert.Equal(ofSlots.Skip(thread * connections / 2).Take(connections / 2).Sum(s => s.Count), source.DistinctTuples);
        }

        Assert.Equal(tuples, ofSlots.Sum(s => s.Count));
        Assert.Equal(tuples, ofSlots.SelectMany(s => s).Distinct().Count());
    }

    [Theory]
    [InlineData(2, 8, true)]
    [InlineData(8, 8, true)]
    [InlineData(9, 8, false)] // More addresses than slots: they are taken in turn, so a slot cannot keep its socket.
    public void Ephemeral_connections_use_every_address(int addresses, int connections, bool keeps)
    {
        LoadSettings settings = Settings("ephemeral", addresses, ports: 1, threads: 2) with { Connections = connections };
        SourceCatalogue catalogue = new(settings, Server, Ephemeral);
        HashSet<SockAddr> used = [];
        for (int thread = 0; thread < 2; thread++)
        {
            TupleSource source = catalogue.ForThread(thread);
            Assert.Equal(SourceBinding.Address, source.Binding);
            Assert.Equal(keeps, source.SlotKeepsSocket);
            used.UnionWith(Enumerable.Range(0, 5 * connections).Select(i => source.Next(i % (connections / 2))));
        }

        Assert.Equal(addresses, used.Count);
        Assert.All(used, a => Assert.Equal(0, a.Port));
    }

    [Fact]
    public void A_permutation_is_a_bijection_of_any_size()
    {
        Prop.ForAll(Gen.Choose(1, 3000).ToArbitrary(), Gen.Choose(0, 50).ToArbitrary(), (count, seed) =>
        {
            Permutation permutation = new(count, (ulong)seed);
            return Enumerable.Range(0, count).Select(i => permutation[i]).Order().SequenceEqual(Enumerable.Range(0, count).Select(i => (long)i));
        }).QuickCheckThrowOnFailure();
    }

    private static LoadSettings Settings(string plan, int addresses, int ports, int threads) => new()
    {
        SourcePlan = SourcePlan.Parse(plan, "plan"),
        Sources = AddressSet.Parse($"127.0.0.2-127.0.0.{1 + addresses}", "sources"),
        SourcePorts = new PortRange(50_000, 50_000 + ports - 1),
        Threads = threads,
        Connections = threads,
    };

    private static SockAddr[] Round(TupleSource source, long count) => [.. Enumerable.Range(0, (int)count).Select(_ => source.Next(0))];
}
