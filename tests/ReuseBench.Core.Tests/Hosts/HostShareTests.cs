using System.Net;
using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests.Hosts;

public sealed class HostShareTests
{
    private static readonly HostEntry Host = new() { Name = "b", Address = IPAddress.Parse("10.0.0.2") };

    private static readonly Gen<(LoadSettings Load, int Hosts)> Loads =
        from hosts in Gen.Choose(1, 40)
        from connections in Gen.Choose(40, 100_000)
        from threads in Gen.Choose(1, 40)
        from rate in Gen.Choose(0, 1_000_000)
        from arrivals in Gen.Elements(Arrivals.Constant, Arrivals.Poisson)
        from tuples in Gen.Choose(40, 5000)
        from seed in Gen.Choose(0, int.MaxValue)
        select (new LoadSettings
        {
            Connections = connections,
            Threads = threads,
            Rate = rate == 0 ? null : rate,
            Arrivals = arrivals,
            SourcePlan = new SourcePlan(SourcePlanKind.Fixed, tuples),
            Seed = (ulong)seed,
        }, hosts);

    [Fact]
    public void Shares_sum_to_the_whole_and_each_is_a_load_that_can_be_run() =>
        Prop.ForAll(Loads.ToArbitrary(), one =>
        {
            LoadSettings[] shares = [.. Enumerable.Range(0, one.Hosts).Select(k => HostShare.Of(one.Load, k, one.Hosts, Host))];
            Assert.All(shares, share => share.Validate());
            Assert.Equal(one.Load.Connections, shares.Sum(s => s.Connections));
            Assert.InRange(shares.Max(s => s.Connections) - shares.Min(s => s.Connections), 0, 1);
            Assert.Equal(shares.Select(s => s.Connections).OrderDescending(), shares.Select(s => s.Connections));
            Assert.Equal(one.Load.SourcePlan.Parameter, shares.Sum(s => s.SourcePlan.Parameter));
            Assert.Equal(one.Load.Rate ?? 0, shares.Sum(s => s.Rate ?? 0), tolerance: 1e-6);
            Assert.Equal(one.Hosts, shares.Select(s => s.Seed).Distinct().Count());
            Assert.All(shares, share => Assert.Equal(one.Load.Load, share.Load));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Even_trains_of_all_hosts_are_one_even_train()
    {
        LoadSettings whole = new() { Rate = 1000, Arrivals = Arrivals.Constant };
        const int Hosts = 4;
        long[] due =
        [
            .. from host in Enumerable.Range(0, Hosts)
               let share = HostShare.Of(whole, host, Hosts, Host)
               from arrival in Enumerable.Range(0, 100)
               select HostShare.StartsAfterNs(whole, host, Hosts) + (long)(arrival * 1e9 / share.Rate!.Value),
        ];
        Assert.Equal(Enumerable.Range(0, 400).Select(i => i * 1_000_000L), due.Order());
    }

    [Theory]
    [InlineData(null, Arrivals.Constant)] // a closed loop has no arrivals
    [InlineData(1000.0, Arrivals.Poisson)] // a sum of such processes is one, whenever they begin
    public void Hosts_begin_together_where_no_train_is_to_be_even(double? rate, Arrivals arrivals) =>
        Assert.Equal(0, HostShare.StartsAfterNs(new LoadSettings { Rate = rate, Arrivals = arrivals }, 3, 4));

    [Fact]
    public void A_host_alone_does_what_it_does_without_others()
    {
        LoadSettings whole = new() { Rate = 100, Seed = 77, Sources = AddressSet.Parse("10.0.0.2", "sources") };
        Assert.Equal(whole, HostShare.Of(whole, 0, 1, Host));
    }

    [Fact]
    public void Sources_and_CPUs_are_the_hosts_own()
    {
        HostEntry host = Host with { Sources = AddressSet.Parse("10.0.0.2-10.0.0.9", "sources"), Cpus = new CpuList([2, 3]) };
        LoadSettings share = HostShare.Of(new LoadSettings { Threads = 3, Connections = 4, Cpus = new CpuList([0]) }, 1, 2, host);
        Assert.Equal((8, "2-3", 2, 2), (share.Sources.Count, $"{share.Cpus}", share.Connections, share.Threads));
        Assert.Equal("10.0.0.2", $"{HostShare.Of(new LoadSettings(), 0, 2, Host).Sources}");
    }

    [Theory]
    [InlineData(1, "ephemeral", "connections: 1 cannot be shared by 2 client hosts")]
    [InlineData(8, "fixed:1", "source_plan: fixed:1 cannot be shared by 2 client hosts")]
    public void What_cannot_be_shared_is_said_in_one_line(int connections, string plan, string problem)
    {
        LoadSettings whole = new() { Connections = connections, SourcePlan = SourcePlan.Parse(plan, "plan") };
        Assert.StartsWith(problem, HostShare.Problem(whole, 2), StringComparison.Ordinal);
        Assert.StartsWith(problem, Assert.Throws<UsageException>(() => HostShare.Of(whole, 0, 2, Host)).Message, StringComparison.Ordinal);
        Assert.Null(HostShare.Problem(whole, 1));
    }
}
