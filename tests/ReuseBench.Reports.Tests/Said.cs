using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Tests;

/// <summary>A finding with its words, as a report has it.</summary>
internal sealed record Said(Finding Finding, Statement Statement)
{
    public const string Throughput = "Throughput";
    public const string Cpu = "Server CPU per request";
    public const string Latency = "Latency under a fixed rate";
    public const string Restart = "Restart";
    public const string Fairness = "Who gets the connections";

    public string Topic => Statement.Heading;

    public string Text => Statement.Text;

    public Table? Figures => Statement.Figures;

    /// <summary>What the table of figures shows, a row of texts each.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => [.. Figures!.Rows.Select(r => (IReadOnlyList<string>)[.. r.Select(e => e.Text)])];

    public IReadOnlyList<VerdictRule> Restrictions => Finding.Restrictions;

    public static IReadOnlyList<Said> In(RunFolder run) => [.. Report.Find(run.Read()).Select(f => new Said(f.Finding, f.Statement))];
}
