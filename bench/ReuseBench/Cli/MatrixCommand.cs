using System.CommandLine;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;

namespace ReuseBench.Bench.Cli;

/// <summary><c>matrix</c>: which matrices there are, the text of one, and the schema of all.</summary>
internal sealed class MatrixCommand : ICommandModule
{
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("matrix list", "the matrices that come with the program"),
        ("matrix show quick", "the text of one, to copy and change"),
        ("matrix schema", "the JSON schema of a matrix file, for an editor that completes and checks YAML"),
    ];

    public Command Build()
    {
        Argument<string> name = new("matrix") { Description = "a name of `matrix list`, or the path of a file", HelpName = "NAME|FILE" };
        Command list = new("list", "Prints the names of the matrices that come with the program.");
        list.SetAction(_ => Print(string.Join('\n', MatrixLocator.BuiltIn())));
        Command show = new("show", "Prints a matrix as it is written.") { name };
        show.SetAction(result => Print(Text(result.GetRequiredValue(name)).TrimEnd('\n')));
        Command schema = new("schema", "Prints the JSON schema of a matrix file: every key, its meaning and its values.");
        schema.SetAction(_ => Print(MatrixSchema.ToJson()));
        return new Command("matrix", "What can be measured: lists matrices, prints one, prints the schema of all.") { list, show, schema };
    }

    private static string Text(string name)
    {
        string found = MatrixLocator.Find(name);
        if (found == MatrixLocator.StandardInput)
        {
            throw new UsageException("matrix: - is standard input, which `run --matrix -` reads; name a matrix of `matrix list`, or a file");
        }

        using TextReader text = MatrixLocator.OpenBuiltIn(found) ?? File.OpenText(found);
        return text.ReadToEnd();
    }

    private static int Print(string text)
    {
        Console.Out.WriteLine(text);
        return ExitCodes.Success;
    }
}
