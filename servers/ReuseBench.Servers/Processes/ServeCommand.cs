using System.Diagnostics;
using System.Globalization;
using ReuseBench.Core.Cells;

namespace ReuseBench.Servers.Processes;

/// <summary>How a <c>serve</c> of its own is started.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">What comes before the options, such as <c>serve</c>.</param>
public sealed record ServeCommand(string Executable, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program, in its role <c>serve</c>.</summary>
    public static ServeCommand OfThisProgram { get; } =
        new(Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown"), ["serve"]);

    internal ProcessStartInfo For(ServerSettings settings, string pagePath, int workerBase)
    {
        ProcessStartInfo start = new(Executable, Arguments) { RedirectStandardOutput = true };
        foreach (string argument in CellSettings.ToArguments(settings))
        {
            start.ArgumentList.Add(argument);
        }

        Add(start, "page", pagePath);
        Add(start, "worker-base", workerBase.ToString(CultureInfo.InvariantCulture));
        Add(start, "parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return start;
    }

    private static void Add(ProcessStartInfo start, string option, string value)
    {
        start.ArgumentList.Add("--" + option);
        start.ArgumentList.Add(value);
    }
}
