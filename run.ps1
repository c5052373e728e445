<#
.SYNOPSIS
Builds ReuseBench and runs a matrix.

.DESCRIPTION
Builds the Release configuration and hands every argument, as typed, to `reusebench run`. Ends with that command's exit code, with
the build's where the build fails, or with 2 for a matrix or an option that there is not.
Where there is no .NET SDK to build with, a published `reusebench` on PATH is used, and standard error says which (docs/PACKAGES.md).
Works from any directory; paths among the arguments, and the run folder, are relative to the directory it is called from.
Standard output is the command's alone: what a build that fails has to say goes to standard error.

--matrix NAME is smoke, quick, full, or the path of a matrix file. `--matrix full`, `--matrix=full` and `-Matrix full` mean the same.
`--help` lists all the other options, which are the command's.

.EXAMPLE
pwsh run.ps1 --matrix smoke

.EXAMPLE
pwsh run.ps1 --matrix full --server-cpus 0-7 --client-cpus 8-15 --out results/lab-7

.EXAMPLE
pwsh run.ps1 --help
#>

# A simple script over $args: a CmdletBinding would take --out for -OutVariable and swallow --verbose.
#Requires -Version 7.3

Set-StrictMode -Version 3.0

# A profile may have asked for an exception where a command fails; here its exit code is the answer.
$PSNativeCommandUseErrorActionPreference = $false

# A list that was typed in a session without quotes (0-3,8) is an array by now. Its strings and plain numbers still say what was
# typed; PowerShell has taken the suffix off a number such as 50us, and half a list would be a wrong measurement.
function Join-TypedList([object[]] $list) {
    foreach ($item in $list) {
        if ($item -isnot [string] -and $item -isnot [int] -and $item -isnot [double]) {
            [Console]::Error.WriteLine("run.ps1: PowerShell reads an item of the list $($list -join ',') as a number with a suffix; put the list in quotes")
            exit 2
        }
    }

    $list -join ','
}

# `pwsh run.ps1 --filter=workload=churn:8` arrives cut in two at the colon. The command line of this process has it whole.
function Find-TypedWhole([string] $head, [string] $tail) {
    [Environment]::GetCommandLineArgs() | Where-Object { $_ -eq "${head}:$tail" }
}

# The text of a word: a session has made numbers of 007, 10s and 1kb, and a parameter of type string gets them as they were typed.
function Get-TypedText([string] $text) {
    $text
}

$passed = [System.Collections.Generic.List[string]]::new()
for ($i = 0; $i -lt $args.Count; $i++) {
    $argument = $args[$i]
    if ($argument -is [array]) {
        $argument = Join-TypedList $argument
    }
    elseif ("$argument" -match '^-Matrix:?$') {
        # PowerShell's own spelling of the one option that everybody types.
        $argument = '--matrix'
    }
    elseif ("$argument".StartsWith('-') -and $i + 1 -lt $args.Count) {
        $whole = @(Find-TypedWhole $argument $args[$i + 1])
        if ($whole.Count -gt 0) {
            $argument = $whole[0]
            $i++
        }
    }

    $passed.Add((Get-TypedText $argument))
}

# What can be seen to be wrong is said before a minute of building; all else is the command's to judge.
$builtIn = @([System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, 'scripts', 'matrices'), '*.yaml') |
    ForEach-Object { [System.IO.Path]::GetFileNameWithoutExtension($_) })
[array]::Sort($builtIn, [System.StringComparer]::Ordinal)
$named = for ($i = 0; $i -lt $passed.Count; $i++) {
    if ($passed[$i] -cin '--matrix', '-m' -and $i + 1 -lt $passed.Count) { $passed[$i + 1] }
    elseif ($passed[$i] -cmatch '^(?:--matrix|-m)[=:](.+)$') { $Matches[1] }
    elseif ($i -eq 0 -and -not $passed[0].StartsWith('-')) { $passed[0] }
}

$unknown = @($named | Where-Object { $_ -match '^\w[\w-]*$' -and $_ -cnotin $builtIn })
if ($passed.Count -eq 0 -or $unknown.Count -gt 0) {
    $problem = $passed.Count -eq 0 ? 'name a matrix' : "matrix: '$($unknown[0])' is unknown; use one"
    [Console]::Error.WriteLine("run.ps1: ${problem}: $($builtIn -join ', '), or the path of a file; see run.ps1 --help")
    exit 2
}

# An option that there is not, too. A word behind an option that wants a value is that value, whatever it looks like.
function Get-RunOption {
    $options = [System.Collections.Generic.Dictionary[string, bool]]::new([System.StringComparer]::Ordinal)
    $isOfRun = $false
    # The manual page is made from the program's definitions: an option with a value has its name behind it, in italics.
    foreach ($line in [System.IO.File]::ReadLines([System.IO.Path]::Combine($PSScriptRoot, 'docs', 'reusebench.1'))) {
        if ($line.StartsWith('.S')) {
            $isOfRun = $line -cmatch '^\.(SS run|SH OPTIONS)\b'
        }
        elseif ($isOfRun -and $line.StartsWith('.B \-')) {
            $names, $value = $line.Substring(3).Replace('\-', '-') -csplit ' \\fI', 2
            $names -csplit ', ' | ForEach-Object { $options[$_] = $null -ne $value }
        }
    }

    $options
}

function Get-Letter([string] $option) {
    ($option -creplace '[^A-Za-z0-9]', '').ToLowerInvariant()
}

$options = Get-RunOption
$isValue = $false
foreach ($word in $passed) {
    if ($word -ceq '--') {
        break
    }

    $name = ($word -csplit '[=:]', 2)[0]
    if ($isValue -or $name -cnotmatch '^-[^\d]') {
        $isValue = $false
    }
    elseif ($options.ContainsKey($name)) {
        $isValue = $options[$name] -and $name -ceq $word
    }
    # -qv are two options, and -ofolder is one with its value.
    elseif ($name.StartsWith('--') -or -not $options.ContainsKey($name.Substring(0, 2))) {
        $near = @($options.Keys | Where-Object { (Get-Letter $_) -ceq (Get-Letter $name) -and $_.StartsWith('--') })
        $hint = $near.Count -gt 0 ? "did you mean '$($near[0])'? See" : 'see'
        [Console]::Error.WriteLine("run.ps1: unknown option '$word'; $hint run.ps1 --help")
        exit 2
    }
}

$dotnet = @(Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore)
$published = @(Get-Command -Name reusebench -CommandType Application -ErrorAction Ignore)
$location = $ExecutionContext.SessionState.Path
$project = [System.IO.Path]::Combine($PSScriptRoot, 'bench', 'ReuseBench')
$program = [System.IO.Path]::Combine($PSScriptRoot, 'artifacts', 'bin', 'ReuseBench', 'release', 'reusebench.dll')

# dotnet looks for global.json, which says what SDK will do, from the current directory upwards: this script's, not the caller's.
$location.PushCurrentLocation('run.ps1')
$null = $location.SetLocation([WildcardPattern]::Escape($PSScriptRoot))
try {
    if ($dotnet.Count -gt 0) {
        $null = & $dotnet[0] --version 2>&1
    }

    if ($dotnet.Count -gt 0 -and $LASTEXITCODE -eq 0) {
        # The first build takes a minute or so, in which somebody who looks on would see nothing; a log is the command's.
        $isWatched = -not [Console]::IsErrorRedirected
        if ($isWatched) {
            [Console]::Error.Write('run.ps1: building ReuseBench ...')
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
        }

        # Warnings are errors in this tree: a build that goes well has nothing to say, though `--verbosity quiet` says so in four lines.
        $said = & $dotnet[0] build $project --configuration Release --nologo --verbosity quiet
        if ($isWatched) {
            [Console]::Error.WriteLine(" $([int]$clock.Elapsed.TotalSeconds) s")
        }

        if ($LASTEXITCODE -ne 0) {
            $failed = $LASTEXITCODE
            $said | ForEach-Object { [Console]::Error.WriteLine($_) }
            [Console]::Error.WriteLine("run.ps1: the build failed (exit code $failed), nothing was measured; its messages are above")
            exit $failed
        }

        $command = $dotnet[0]
        $leading = @($program, 'run')
    }
    elseif ($published.Count -gt 0) {
        [Console]::Error.WriteLine("run.ps1: no .NET 10 SDK found; using $($published[0].Source), not this source tree")
        $command = $published[0]
        $leading = @('run')
    }
    else {
        [Console]::Error.WriteLine('run.ps1: no .NET 10 SDK found; install it (https://dotnet.microsoft.com/download/dotnet/10.0) and put dotnet on PATH, ' +
            'or put a published reusebench there (docs/PACKAGES.md)')
        exit 2
    }
}
finally {
    $null = $location.PopLocation('run.ps1')
}

& $command @leading @passed
exit $LASTEXITCODE
