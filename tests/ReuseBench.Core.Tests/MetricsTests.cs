using System.Reflection;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Shared;

namespace ReuseBench.Core.Tests;

public sealed class MetricsTests
{
    /// <summary>How a column's name ends for each unit; a unit that is not here needs a line.</summary>
    private static readonly Dictionary<string, string> Endings = new()
    {
        ["µs"] = "_us|_us_per_request",
        ["ms"] = "_ms",
        ["s"] = "_s",
        ["ns"] = "_ns",
        ["bytes"] = "_bytes",
        ["requests/s"] = "_rps|_rps_achieved|_rps_requested",
        ["connections/s"] = "_per_s",
        ["rounds/µs"] = "_rounds_per_us",
        ["share"] = "share",
    };

    public static TheoryData<string, string> All => [.. Metrics.All.Select(m => (m.Row.Name, m.Column))];

    public static TheoryData<string> Pages => [.. ReferencePages.All.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_metric_has_its_unit_in_its_name_and_its_value_in_its_row(string row, string column)
    {
        Metric metric = Metrics.All.Single(m => m.Row.Name == row && m.Column == column);
        string ending = Endings.GetValueOrDefault(metric.Unit, "");
        IEnumerable<string> endings = ending.Length == 0 ? Endings.Values.SelectMany(e => e.Split('|')) : ending.Split('|');
        Assert.True(endings.Any(e => column.EndsWith(e, StringComparison.Ordinal)) == ending.Length > 0, $"{column} is in {metric.Unit}");
        Assert.NotEmpty(metric.Name);
        Assert.DoesNotContain('_', metric.Name);
    }

    [Fact]
    public void A_metric_reads_its_own_property()
    {
        ResultRow row = new() { Requests = 7, ThroughputRps = 2.5, ServerThreads = 3, LatencyP999Us = 8 };
        Assert.Equal(
            [7, 2.5, 3, 8, null],
            new[] { "requests", "throughput_rps", "server_threads", "latency_p999_us", "latency_p99_us" }
                .Select(c => Metrics.Find<ResultRow>(c).Get(row)));
        Assert.Equal("latency p99.9", Metrics.Find<ResultRow>("latency_p999_us").Name);
        Metric<ResultRow> median = Metrics.Find<ResultRow>("latency_p50_us");
        Assert.Equal((Better.Lower, Figures.Latency), (median.Better, median.Affects));
    }

    [Fact]
    public void Every_number_of_the_swarm_is_a_metric() =>
        Assert.All(typeof(LoadFigures).GetProperties(), p => Assert.True(p.IsDefined(typeof(MetricAttribute)), p.Name));

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_pages_of_docs_are_those_of_the_definitions(string page) => Repository.RequireSame(ReferencePages.All[page](), "docs", page);

    [Fact]
    public void The_tables_of_the_servers_page_are_those_of_the_definitions() =>
        Repository.RequireSameParts(ReferencePages.ServerTables, "docs", "SERVERS.md");

    [Fact]
    public void Every_choice_of_a_setting_has_a_meaning() =>
        Assert.All(
            CellSettings.OfCells.Where(s => s.Choices.Count > 0 && s.Value is not ("on|off" or "0|1")),
            s => Assert.Equal(s.Choices, Meanings.Of(s).Select(m => m.Name)));
}
