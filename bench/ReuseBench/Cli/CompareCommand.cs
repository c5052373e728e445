using System.CommandLine;
using System.Globalization;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Render;
using Spectre.Console;

namespace ReuseBench.Bench.Cli;

/// <summary><c>compare A B [C …]</c>: what changed between runs, cell by cell.</summary>
internal sealed class CompareCommand : ICommandModule
{
    private readonly Argument<string[]> _runs = new("RUN")
    {
        Description = "folders of runs; the first is compared with; several that stand for the same are separated by commas",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _baseline = new("--baseline") { Description = "compare with the run that was kept under this name", HelpName = "NAME" };

    private readonly Option<string?> _keepAs = new("--keep-as")
    {
        Description = "keep the last run under this name, in results/baselines, after it was compared",
        HelpName = "NAME",
    };

    private readonly Option<string?> _metric = new("--metric")
    {
        Description = "what is compared: a column of results.csv [throughput, p99 or restart gap, by experiment]",
        HelpName = "METRIC",
    };

    private readonly Option<double?> _margin = NumberOption.Share("--margin", "a smaller difference counts as none, such as 5% or 0.05 [5%]");

    private readonly Option<string?> _across = new("--across")
    {
        Description = "settings that differ between the runs on purpose, separated by commas: cells are matched without them",
        HelpName = "KEYS",
    };

    private readonly Option<bool> _force = new("--force") { Description = "compare runs of unlike hosts, kernels or program versions all the same" };

    private readonly Option<double?> _fail = NumberOption.Share(
        "--fail-on-regression", "end with exit code 3 if a cell is shown to be worse, and its ratio is worse by that much or more, such as 5% or 0.05");

    private readonly Option<string?> _csv = new("--csv") { Description = "write the table as CSV", HelpName = "FILE" };

    private readonly Option<bool> _json = new("--json") { Description = "print the result as one JSON document on standard output, and nothing else there" };

    private readonly Option<string?> _markdown = new("--markdown") { Description = "write it for a pull request; - is standard output", HelpName = "FILE" };

    private readonly Option<string?> _chart = new("--chart") { Description = "draw the ratios with their intervals: a .png or .svg file", HelpName = "FILE" };

    private readonly Option<bool> _github = OutcomeOptions.Github();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("compare results/before results/after", "ratio, interval and verdict of each cell that both have"),
        ("compare results/a1,results/a2,results/a3 results/b1,results/b2,results/b3", "the scatter between runs is in the intervals"),
        ("compare results/before --keep-as main", "keeps a run to compare with"),
        ("compare --baseline main results/after --fail-on-regression 5% --markdown change.md", "for a pull request: exit code 3 where a cell is 5 % worse"),
        ("compare results/20us results/22us --across service_time", "runs that differ in a setting on purpose"),
    ];

    public Command Build()
    {
        Command command = new("compare", "What changed between runs, cell by cell: ratio, interval, and whether it is better, worse or equivalent.")
        {
            _runs, _baseline, _keepAs, _metric, _margin, _across, _force, _fail, _csv, _json, _markdown, _chart, _github,
        };
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult result)
    {
        double? fail = result.GetValue(_fail);
        double margin = result.GetValue(_margin) ?? Math.Min(fail ?? ComparisonOptions.DefaultMargin, ComparisonOptions.DefaultMargin);
        if (fail < margin)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"fail-on-regression: {100 * fail:0.##} % is below the margin of {100 * margin:0.##} %, within which nothing counts as worse; use a smaller "
                + $"--margin"));
        }

        ComparisonOptions options = new()
        {
            Metric = result.GetValue(_metric),
            Margin = margin,
            Across = [.. Parts(result.GetValue(_across) ?? "").Select(SettingNamed)],
        };
        RequireEnding(result.GetValue(_chart));
        GithubStep? github = result.GetValue(_github) ? GithubStep.OfEnvironment() : null;
        if (result.GetValue(_json) && result.GetValue(_markdown) == "-")
        {
            throw new UsageException("markdown: standard output is --json's; name a file");
        }

        string[] named = result.GetRequiredValue(_runs);
        if (result.GetValue(_baseline) is { } baseline)
        {
            named = [Baselines.Find(baseline), .. named];
        }

        if (named.Length == 1)
        {
            return result.GetValue(_keepAs) is { } only
                ? Kept(only, named[0])
                : throw new UsageException("compare: name two runs or more, or --baseline NAME and a run; --keep-as NAME keeps one to compare with");
        }

        ComparedSide[] sides = [.. named.Select(SideOf)];
        RunComparison comparison = RunComparison.Of(sides[0], [.. sides.Skip(1)], options);
        if (comparison.Differences.Count > 0 && !result.GetValue(_force))
        {
            throw new UsageException(
                $"compare: not measured alike: {string.Join("; ", comparison.Differences)}; --force compares them all the same, and names it");
        }

        Print(comparison, result);
        github?.Append(ComparisonText.Markdown(comparison));
        if (result.GetValue(_keepAs) is { } keep)
        {
            _ = Kept(keep, named[^1].Split(',')[^1]);
        }

        return Judge(comparison, fail, github);
    }

    private static int Judge(RunComparison comparison, double? fail, GithubStep? github)
    {
        CellComparison[] regressions = fail is double least ? [.. comparison.Regressions(least)] : [];
        if (comparison.Count(ComparisonVerdict.NotCompared) == comparison.Cells.Count)
        {
            Console.Error.WriteLine($"reusebench: no cell could be compared: {comparison.Cells[0].WhyNot}");
            return ExitCodes.NothingValid;
        }

        if (regressions.Length > 0)
        {
            string sentence = string.Create(
                CultureInfo.InvariantCulture,
                $"fail-on-regression: {regressions.Length} of {comparison.Cells.Count} cells are worse by {100 * fail:0.##} % or more; "
                + $"worst is {regressions[0].Cell.Id} ({100 * regressions[0].Loss:0.#} %)");
            Console.Error.WriteLine($"reusebench: {sentence}");
            if (github is not null)
            {
                Console.Error.WriteLine(GithubStep.Annotation(new ThresholdCase("fail-on-regression", ExpectationStanding.Fail, sentence)));
            }
        }

        return regressions.Length > 0 ? ExitCodes.Threshold : ExitCodes.Success;
    }

    private void Print(RunComparison comparison, ParseResult result)
    {
        bool isJson = result.GetValue(_json);
        string? markdown = result.GetValue(_markdown);
        if (isJson)
        {
            Console.Out.Write(ComparisonFiles.Json(comparison));
        }
        else if (markdown != "-")
        {
            PrintTable(comparison);
        }

        Write(markdown, "markdown", () => ComparisonText.Markdown(comparison));
        if (result.GetValue(_csv) is { } csv)
        {
            OutcomeFiles.Written("csv", csv, () => ComparisonFiles.WriteCsv(comparison, csv));
        }

        if (result.GetValue(_chart) is { } chart)
        {
            bool isDrawn = false;
            OutcomeFiles.Written("chart", chart, () => isDrawn = ForestChart.Draw(comparison, chart, new InstalledFonts()));
            if (!isDrawn)
            {
                Console.Error.WriteLine($"reusebench: {chart} was not drawn: nothing was compared, or this host has no font ({InstalledFonts.Package})");
            }
        }
    }

    private static void PrintTable(RunComparison comparison)
    {
        IAnsiConsole console = RunConsole.Create();
        console.WriteLine(ComparisonText.Headline(comparison));
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string head in ComparisonText.Header(comparison))
        {
            table.AddColumn(new TableColumn(head));
        }

        foreach (IReadOnlyList<string> row in ComparisonText.Rows(comparison))
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        console.Write(table);
        foreach (string note in ComparisonText.Notes(comparison))
        {
            console.WriteLine(note);
        }
    }

    private static void Write(string? path, string option, Func<string> text)
    {
        if (path == "-")
        {
            Console.Out.Write(text());
        }
        else if (path is not null)
        {
            OutcomeFiles.Written(option, path, () => File.WriteAllText(path, text()));
        }
    }

    private static int Kept(string name, string run)
    {
        _ = Read(run);
        Console.Error.WriteLine($"kept as baseline {name}: {Baselines.Keep(name, run)}");
        return ExitCodes.Success;
    }

    private static ComparedSide SideOf(string folders) =>
        ComparedSide.Of([.. Parts(folders).Select(Read)]);

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static RunData Read(string folder)
    {
        FolderChecks.RequireReadable("compare", folder);
        FolderChecks.RequireRegularFiles(folder);
        RunData data = RunData.ReadResults(folder);
        return data.Cells.Count > 0 ? data : throw new UsageException($"compare: {folder}: it has no measured cell; name a run that has measured something");
    }

    private static Setting SettingNamed(string key) => CellSettings.Find(key) is { IsOfCells: true } setting
        ? setting
        : throw new UsageException(
            $"across: '{TextFromOutside.Clip(key)}' is no setting; "
            + MatrixKeys.Hint(key));

    private static void RequireEnding(string? chart)
    {
        if (chart is not null && Path.GetExtension(chart) is not (".png" or ".svg"))
        {
            throw new UsageException($"chart: {chart}: name a file that ends in .png or .svg");
        }
    }
}
