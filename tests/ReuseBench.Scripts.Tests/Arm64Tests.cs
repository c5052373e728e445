namespace ReuseBench.Scripts.Tests;

/// <summary><c>scripts/arm64</c> up to where it needs a network, an emulator and some minutes.</summary>
public sealed class Arm64Tests
{
    private const string Script = "scripts/arm64";

    [Theory]
    [InlineData("--kernel: '6' is no series such as 6.1", "--kernel", "6")]
    [InlineData("--cpus: '0' is out of range; use 1 to 64", "--cpus", "0")]
    [InlineData("--minutes: 'ten' is out of range; use 1 to 600", "--minutes", "ten")]
    [InlineData("--out: an empty name; name a folder", "--out", "")]
    [InlineData("--program: needs a value", "--program")]
    [InlineData("name a command of reusebench behind --", "--")]
    [InlineData("'semantics' is unknown; see --help", "semantics")]
    [InlineData("there is no /no/such/file; make it with `scripts/package --part single --rid linux-arm64`", "--program", "/no/such/file")]
    public async Task What_a_caller_got_wrong_is_one_line(string said, params string[] arguments) =>
        (await Run(arguments)).IsRefusal($"arm64: {said}");

    [Fact]
    public async Task Help_names_every_option_with_its_default()
    {
        Finished help = await Run("--help");
        help.IsSuccess();
        foreach (string option in (string[])["--program", "--kernel", "--cpus", "--minutes", "--out"])
        {
            Assert.Contains(help.OutputLines, line => line.TrimStart().StartsWith(option, StringComparison.Ordinal) && line.EndsWith(']'));
        }
    }

    private static Task<Finished> Run(params string[] arguments) => Commands.Run(["bash", SourceTree.PathOf(Script), .. arguments]);
}
