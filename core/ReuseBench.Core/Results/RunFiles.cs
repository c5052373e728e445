namespace ReuseBench.Core.Results;

/// <summary>Names of the files that a run leaves behind.</summary>
public static class RunFiles
{
    public const string Manifest = "run.json";
    public const string Results = "results.csv";
    public const string Latency = "latency.csv";
    public const string Fairness = "fairness.csv";
    public const string Restarts = "restarts.csv";
    public const string Timeline = "timeline.csv";
    public const string Histograms = "histograms.csv";
    public const string Affinity = "affinity.csv";
    public const string Micro = "micro.csv";
    public const string Semantics = "semantics.csv";
    public const string Findings = "findings.json";
    public const string Charts = "charts";
    public const string ReportHtml = "report.html";
    public const string ReportMarkdown = "report.md";
    public const string Logs = "logs";
}
