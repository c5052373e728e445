using System.Management.Automation.Language;

namespace ReuseBench.Scripts.Tests;

/// <summary>What holds for each script of the tree.</summary>
public sealed class EveryScriptTests
{
    // The commands of the Core module that scripts may use, and the programs that they start. Other cmdlets come in modules that the
    // engine of the tests does not have.
    private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase)
    {
        "ForEach-Object", "Where-Object", "Get-Command", "Set-StrictMode", "Out-Null", "ip",
    };

    public static TheoryData<string> Scripts => [.. SourceTree.Scripts];

    [Fact]
    public void There_are_scripts_to_test() =>
        Assert.Superset(new HashSet<string> { "run.ps1", "scripts/lab-prepare.ps1", "scripts/lab-namespaces.ps1", "scripts/publish-run.ps1" },
            SourceTree.Scripts.ToHashSet());

    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_parses_without_an_error(string script)
    {
        _ = Parse(script, out ParseError[] errors);
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_ends_with_an_exit_code_of_its_own_choice(string script)
    {
        // Without it a script that ends after a failed command exits with 0 under pwsh.
        Assert.IsType<ExitStatementAst>(Parse(script, out _).EndBlock.Statements[^1]);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_stays_within_the_commands_that_every_engine_has(string script)
    {
        ScriptBlockAst tree = Parse(script, out _);
        var own = tree.FindAll(node => node is FunctionDefinitionAst, searchNestedScriptBlocks: true).Cast<FunctionDefinitionAst>().Select(f => f.Name);
        // A command without a name is called through a variable: & $dotnet.
        var called = tree.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>()
            .Select(c => c.GetCommandName()).OfType<string>();
        Assert.Empty(called.Except(own, StringComparer.OrdinalIgnoreCase).Except(Allowed));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void No_text_is_run_as_code(string script)
    {
        string text = File.ReadAllText(SourceTree.PathOf(script));
        Assert.DoesNotContain("Invoke-Expression", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sh -c", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("[scriptblock]::Create", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Its_help_has_a_synopsis_a_description_examples_and_every_parameter(string script)
    {
        ScriptBlockAst tree = Parse(script, out _);
        CommentHelpInfo help = tree.GetHelpContent();
        Assert.NotEmpty(help.Synopsis);
        Assert.NotEmpty(help.Description);
        Assert.NotEmpty(help.Examples);
        var declared = (tree.ParamBlock?.Parameters ?? []).Select(parameter => parameter.Name.VariablePath.UserPath);
        Assert.Empty(declared.Except(help.Parameters.Keys, StringComparer.OrdinalIgnoreCase));
        // Get-Help says nothing of a parameter that is described and not declared.
        string[] added = tree.ParamBlock is null ? [] : ["WhatIf"];
        Assert.Empty(help.Parameters.Keys.Except(declared, StringComparer.OrdinalIgnoreCase).Except(added, StringComparer.OrdinalIgnoreCase));
    }

    private static ScriptBlockAst Parse(string script, out ParseError[] errors) => Parser.ParseFile(SourceTree.PathOf(script), out _, out errors);
}
