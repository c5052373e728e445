using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tests;

public sealed class HostSectionTests
{
    [Fact]
    public void What_the_host_hides_is_said_and_how_to_use_what_it_keeps()
    {
        string report = Written(new HostFacts
        {
            CpusAllowed = 2,
            AllowedCpus = "0-1",
            IsolatedCpus = "2-7",
            NohzFullCpus = "2-7",
            NumaNodes = 2,
            NumaPlacement = "apart",
            Container = "lxc",
            LxcfsFiles = "/proc/stat",
            StealSeen = false,
            StealUnseenWhy = "lxcfs serves /proc/stat",
            Hypervisor = "kvm",
        });
        Assert.Contains("| CPU steal | cannot be seen here: lxcfs serves /proc/stat |", report, StringComparison.Ordinal);
        Assert.Contains("Note: CPU steal cannot be seen here: lxcfs serves /proc/stat; no verdict can name it.", report, StringComparison.Ordinal);
        Assert.Contains("taskset -c 0-7: ", report, StringComparison.Ordinal);
        Assert.Contains("| Server and swarm, where a cell says nothing | on different NUMA nodes |", report, StringComparison.Ordinal);
        Assert.Contains("| CPUs allowed | 2 (0-1) |", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0-7", null, null, "none: bare metal, as far as the kernel says")]
    [InlineData("0-7", "kvm", true, "counted by the kernel")]
    [InlineData(null, null, null, "–")] // a run of before it was asked
    public void Steal_is_said_whatever_is_known_of_it(string? allowed, string? hypervisor, bool? seen, string said)
    {
        string report = Written(new HostFacts { AllowedCpus = allowed, Hypervisor = hypervisor, StealSeen = seen });
        Assert.Contains($"| CPU steal | {said} |", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Note: ", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.1", false)]
    public void Who_pays_for_packets_on_loopback_is_said_where_the_server_was_there(string address, bool said)
    {
        using RunFolder run = new();
        run.Add(RunFolder.Row("reuseport", 2) with { Bind = address });
        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
        Assert.Equal(said, report.Contains("Both sides' CPU per request (server, client threads and ksoftirqd) holds all of it.", StringComparison.Ordinal));
    }

    private static string Written(HostFacts host)
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with { Host = host };
        run.Add(RunFolder.Row("reuseport", 2));
        return File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
    }
}
