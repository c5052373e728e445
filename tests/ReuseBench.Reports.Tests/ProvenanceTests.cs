using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Tests;

/// <summary>The manifest of these runs splits the host's CPUs into 0-7 and 8-15.</summary>
public sealed class ProvenanceTests
{
    [Fact]
    public void The_CPUs_are_those_of_the_rows_not_the_host_s_split()
    {
        using RunFolder run = new();
        run.Add(RunFolder.Row("reuseport", 2) with { ServerCpuList = "0-1", ClientCpuList = "1" });
        Assert.Equal("Linux 6.18.5, Example CPU 3.0 GHz, 16 CPUs (server 0-1, client 1) · 1 repeat · run synthetic", Said(run));
    }

    [Fact]
    public void Where_cells_differ_it_is_said_how_many_ran_where()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new();
        run.Add(row with { CellId = "a" }).Add(row with { CellId = "b" }).Add(row with { CellId = "c", ServerCpuList = "0-1", ClientCpuList = "1" })
            .Add(row with { CellId = "d", Experiment = "fairness", Driver = "accept-only", ServerCpuList = "", ClientCpuList = "" })
            .Add(row with { CellId = "e", ServerCpuList = "", ClientCpuList = "" });
        Assert.Contains(
            "16 CPUs (CPUs not recorded in 1 cell; accept-only probe, no CPUs set in 1 cell; server 0-1, client 1 in 1 cell; server 0-7, "
                + "client 8-15 in 2 cells) · ",
            Said(run), StringComparison.Ordinal);
    }

    private static string Said(RunFolder run)
    {
        RunAnalysis tables = run.Read();
        return tables.Provenance.Of(tables.Cells);
    }
}
