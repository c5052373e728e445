using ReuseBench.Core.Results;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>Clients over IPv6 from many addresses, and of both families at once.</summary>
public sealed class Ipv6Tests
{
    [Fact]
    public void A_repeat_in_a_namespace_of_its_own_has_every_source_address_that_is_named()
    {
        RequireNamespaces();
        BusyHost.OneOfFew(
            () =>
            {
                using TestFolder folder = new();
                ResultRow[] rows = Run(folder, """
                    defaults: {experiment: fairness, variant: reuseport, workers: 2, bind: "::1", sources: "fd00::1-fd00::20", source_plan: random}
                    groups:
                      - {driver: accept-only, connections: 64, duration: 200ms}
                      - {workload: connect, connections: 8, warmup: 100ms, duration: 300ms}
                    """);
                Assert.Equal(2, rows.Length);
                Assert.All(rows, row =>
                {
                    Assert.True(row.Failure is null, row.Failure);
                    Assert.True(row.CountsAgree);
                    Assert.Equal(0, row.ErrorsAddress);
                });
                return rows;
            },

            // A host that stands still for most of a window leaves few connections in it.
            rows => Assert.All(rows, row => Assert.True(row.DistinctTuples > 32, $"{row.DistinctTuples} client addresses and ports")));
    }

    [Fact]
    public void Clients_of_both_families_are_counted_by_family_at_both_ends_and_by_the_kernel()
    {
        RequireNamespaces();
        using TestFolder folder = new();
        ResultRow[] rows = Run(folder, """
            defaults: {bind: "::", dual_stack: on, workers: 2}
            groups:
              - {experiment: fairness, variant: [single, shared, reuseport], accept: epoll-exclusive, connections: 20, warmup: 100ms, duration: 1500ms}
              - {experiment: fairness, variant: shared, workload: connect, rate: 200, connections: 16, warmup: 100ms, duration: 500ms}
            """);
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.True(row.Failure is null, row.Failure);
            Assert.True(row.CountsAgree);
            Assert.Equal(row.LifeConnectionsClientIpv6, row.LifeConnectionsServerIpv6);
            Assert.Equal(row.LifeConnectionsClient, row.LifeConnectionsKernel);
            Assert.InRange((2 * row.LifeConnectionsClientIpv6!.Value) - row.LifeConnectionsClient!.Value, -1, 1);
        });
        ResultRow[] standing = [.. rows.Where(r => r.Cell.Load.Workload.IsKeepalive)];
        Assert.All(standing, row => Assert.Equal(10, row.LifeConnectionsClientIpv6));
        Assert.SkipWhen(standing.Any(r => r.StandingConnectionsKernelIpv4 is null), "the host is so busy that a window was over before the table was read");
        Assert.All(standing, row => Assert.Equal(
            (10, 10, 10),
            (row.LifeConnectionsClientIpv6!.Value, row.StandingConnectionsKernelIpv4!.Value, row.StandingConnectionsKernelIpv6!.Value)));
    }

    [Fact]
    public void A_restart_is_probed_over_both_families()
    {
        RequireNamespaces();
        using TestFolder folder = new();
        ResultRow[] rows = Run(folder, """
            groups:
              - {experiment: restart, restart_method: [reuseaddr, handoff, reuseport-overlap], rate: 500, bind: "::", dual_stack: on}
            """);
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.True(row.Failure is null, row.Failure);
            Assert.True(row.CountsAgree);
            Assert.True(row.LifeConnectionsClientIpv6 > 0 && row.LifeConnectionsClient > row.LifeConnectionsClientIpv6,
                $"{row.LifeConnectionsClientIpv6} of {row.LifeConnectionsClient} over IPv6");
            Assert.True(row.LifeConnectionsServerIpv6 > 0);
        });
    }

    [Theory]
    [InlineData("bind: \"::1\", dual_stack: on", "use bind: '::', which takes both")]
    [InlineData("bind: \"::\", dual_stack: on, sources: 127.0.0.2", "leave out sources and source_plan")]
    [InlineData("bind: \"::\", dual_stack: on, experiment: fairness, driver: accept-only, variant: reuseport", "only the native swarm has clients of both")]
    public void What_has_no_clients_of_both_families_is_one_line(string settings, string says)
    {
        using TestFolder folder = new();
        string matrix = folder.At("bad.yaml");
        File.WriteAllText(matrix, $"groups:\n  - {{{settings}}}\n");
        Outcome outcome = ProgramInProcess.Run("run", matrix, "--dry-run");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static void RequireNamespaces() =>
        Assert.SkipUnless(NetworkNamespace.CanHaveOne(out LinuxException? problem), $"no network namespace can be made here: {problem?.Message}");

    private static ResultRow[] Run(TestFolder folder, string matrix)
    {
        string path = folder.At("matrix.yaml");
        File.WriteAllText(path, matrix);
        string run = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", path, "--out", run);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        return [.. TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName))];
    }
}
