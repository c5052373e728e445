using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>How a command says its result.</summary>
/// <param name="IsJson">As one JSON document on standard output; nothing else goes there.</param>
/// <param name="IsQuiet">Without plan and progress.</param>
internal sealed record OutputForm(bool IsJson, bool IsQuiet)
{
    /// <summary>Where plan and progress go: to standard error, so that standard output is the result's alone.</summary>
    public TextWriter Log => IsQuiet ? TextWriter.Null : Console.Error;

    /// <summary><see cref="Log"/> as a terminal, where it is one.</summary>
    public IAnsiConsole LogConsole() => RunConsole.On(Log, isTerminal: !IsQuiet && !Console.IsErrorRedirected);

    /// <summary>For what goes on: one live line on a terminal, one line a repeat in a log.</summary>
    /// <param name="console">Of <see cref="LogConsole"/>.</param>
    public IRunProgress Progress(IAnsiConsole console) =>
        IsQuiet || Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi ? new PlainProgress(Log) : new TerminalProgress(console);
}

/// <summary>Standard output and standard error as a run uses them: a terminal with its width, or a log.</summary>
internal static class RunConsole
{
    private const int LogWidth = 240;
    private const char Escape = '\u001b';

    /// <summary>Standard output.</summary>
    public static IAnsiConsole Create() => On(Console.Out, isTerminal: !Console.IsOutputRedirected);

    /// <param name="writer">Where to.</param>
    /// <param name="isTerminal">Otherwise there is no width to keep to: a table in a log is read unwrapped, and without colours.</param>
    public static IAnsiConsole On(TextWriter writer, bool isTerminal)
    {
        // NO_COLOR is a wish of the user's, and a dumb terminal would show the codes: https://no-color.org
        bool hasColours = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = isTerminal ? Math.Max(20, WidthOfTerminal()) : LogWidth;
        return console;
    }

    /// <summary>A line with the path of a file: on a terminal it is a link (OSC 8), anywhere else the path alone.</summary>
    public static void WriteFile(IAnsiConsole console, string label, string path) =>
        console.Profile.Out.Writer.WriteLine($"{label}{(console.Profile.Capabilities.Ansi ? Link(path) : path)}");

    /// <summary>As terminals take it: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda.</summary>
    /// <param name="path">Of a file.</param>
    public static string Link(string path)
    {
        string full = Path.GetFullPath(path);
        string address = $"file://{Environment.MachineName}{string.Join('/', full.Split('/').Select(Uri.EscapeDataString))}";
        return $"{Escape}]8;;{address}{Escape}\\{path}{Escape}]8;;{Escape}\\";
    }

    private static int WidthOfTerminal()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
