using System.CommandLine;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Linux;
using ReuseBench.Reports;

namespace ReuseBench.Bench.Cli;

/// <summary><c>report DIR</c>: charts and report again, from the CSV alone.</summary>
internal sealed class ReportCommand : ICommandModule
{
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("report results/20260101-120000-quick", "draws the charts and writes report.html and report.md of that run again"),
        ("report results/20260101-120000-quick --margin 2%", "the same, with advice on workers only where it is within 2 % of the best"),
    ];

    public Command Build()
    {
        Argument<string> folder = new("DIR") { Description = "folder of a run" };
        Option<double?> margin = NumberOption.Margin();
        Command command = new("report", "Charts and report of a run again, from its CSV files alone.") { folder, margin };
        command.SetAction(result =>
        {
            string path = result.GetRequiredValue(folder);
            if (!Directory.Exists(path))
            {
                throw new UsageException($"{path}: no such folder; name one that `run` has written");
            }

            using FolderLock claim = FolderClaim.Take("report", path);
            FolderChecks.RequireRegularFiles(path);
            FolderChecks.RemoveLeftovers(path);
            ReportPaths paths = Report.Write(path, Console.Error, result.GetValue(margin) ?? Report.DefaultMargin);
            if (paths.IsEmpty)
            {
                throw new UsageException($"{path}: none of its tables has a row, so there is nothing to report on; name a folder of a run that has "
                    + "measured something");
            }

            Console.Out.WriteLine(paths.Html);
            return ExitCodes.Success;
        });
        return command;
    }
}
