using System.CommandLine;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Linux;
using ReuseBench.Reports;
using ReuseBench.Reports.Index;

namespace ReuseBench.Bench.Cli;

/// <summary><c>report DIR</c>: charts and report again, from the CSV alone; <c>report --index DIR</c>: one page over many runs.</summary>
internal sealed class ReportCommand : ICommandModule
{
    private readonly Argument<string?> _folder = Positional.Of("DIR", "DIR", "folder of a run");

    private readonly Option<string?> _index = new("--index")
    {
        Description = "write index.html over the runs in the folders below DIR: date, host, headline figures, changes over time, the newest two compared",
        HelpName = "DIR",
    };

    private readonly Option<string?> _publish = new("--publish") { Description = "copy the folder of this run into the index first", HelpName = "RUN" };

    private readonly Option<bool> _brief = new("--brief")
    {
        Description = "with --publish: leave out logs, large tables, and what report.html holds itself; its links to them are dropped",
    };

    private readonly Option<double?> _margin = NumberOption.Margin();

    private readonly OutputOptions _output = new();

    private readonly OutcomeOptions _outcome = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("report results/20260101-120000-quick", "draws the charts and writes report.html, report.md and summary.md of that run again"),
        ("report results/20260101-120000-quick --margin 2%", "the same, with advice on workers only where it is within 2 % of the best"),
        ("report --index results", "one page over all runs in results: what each found, and what changed over time"),
        ("report --index public --publish results/20260101-120000-quick", "copies a run into a folder of static pages and writes its index anew"),
    ];

    public Command Build()
    {
        Command command = new("report", "Charts, report and end of a run again, from its CSV files alone; or one page over many runs.")
        {
            _folder, _index, _publish, _brief, _margin,
        };
        _output.AddTo(command);
        _outcome.AddTo(command);
        command.SetAction(result =>
        {
            if (result.GetValue(_brief) && result.GetValue(_publish) is null)
            {
                throw new UsageException("brief: says how much of a run is copied; it goes with --publish RUN");
            }

            return result.GetValue(_index) is { } index ? Index(index, result) : Report(result);
        });
        return command;
    }

    private int Report(ParseResult result)
    {
        if (result.GetValue(_publish) is not null)
        {
            throw new UsageException("publish: goes with --index DIR, the folder to publish into");
        }

        string path = result.GetValue(_folder) ?? throw new UsageException("report: name the folder of a run, or --index and a folder of runs");
        FolderChecks.RequireReadable("report", path);
        OutcomeFiles outcome = _outcome.Read(result);
        using FolderLock claim = FolderClaim.Take("report", path);
        FolderChecks.RequireRegularFiles(path);
        Reports.Report.RequireRows(path);
        ReportPaths paths = Reports.Report.Write(path, Console.Error, result.GetValue(_margin) ?? Reports.Report.DefaultMargin);

        // It is the folder of a run: another's files are left alone.
        FolderChecks.RemoveLeftovers(path);
        outcome.Write(paths, RunThresholds.Of(paths, failOn: null).Cases);
        RunSummary.Print(new RunEnd(paths.Manifest, paths), _output.Read(result));
        return ExitCodes.Success;
    }

    private int Index(string index, ParseResult result)
    {
        if (result.GetValue(_folder) is { } folder)
        {
            throw new UsageException($"report: {TextFromOutside.Clip(folder, 200)}: with --index no other folder is named; "
                + $"--publish {TextFromOutside.Clip(folder)} copies it into the index first");
        }

        if (result.GetValue(_margin) is not null || _outcome.IsGiven(result))
        {
            throw new UsageException("report: --margin, --junit and --github are of one run; leave them out with --index");
        }

        if (result.GetValue(_publish) is { } run)
        {
            FolderChecks.RequireReadable("publish", run);
            PublishedRun published = PublishedRun.Copy(run, index, Console.Error, result.GetValue(_brief));
            Console.Error.WriteLine($"published {published.RunId} in {index}");
        }
        else
        {
            FolderChecks.RequireReadable("index", index);
        }

        IndexPaths written = RunIndex.Write(index, Console.Error);
        Console.Out.WriteLine(_output.Read(result).IsJson ? RunJson.OfIndex(written) : written.Html);
        return ExitCodes.Success;
    }
}
