package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	short "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// echo is a data source that answers with what it is asked.
type echo struct{}

type echoModel struct {
	Said  types.String `tfsdk:"said"`
	Heard types.String `tfsdk:"heard"`
}

func newEcho() datasource.DataSource { return &echo{} }

func (*echo) Metadata(_ context.Context, _ datasource.MetadataRequest, out *datasource.MetadataResponse) {
	out.TypeName = "judge_echo"
}

func (*echo) Schema(_ context.Context, _ datasource.SchemaRequest, out *datasource.SchemaResponse) {
	out.Schema = data.Schema{Attributes: map[string]data.Attribute{
		"said":  data.StringAttribute{Required: true},
		"heard": data.StringAttribute{Computed: true},
	}}
}

func (*echo) Read(ctx context.Context, in datasource.ReadRequest, out *datasource.ReadResponse) {
	var read echoModel
	out.Diagnostics.Append(in.Config.Get(ctx, &read)...)
	read.Heard = read.Said
	out.Diagnostics.Append(out.State.Set(ctx, &read)...)
}

// token is an ephemeral value that is to be renewed and closed.
type token struct{}

type tokenModel struct {
	For   types.String `tfsdk:"for"`
	Value types.String `tfsdk:"value"`
}

func newToken() ephemeral.EphemeralResource { return &token{} }

func (*token) Metadata(_ context.Context, _ ephemeral.MetadataRequest, out *ephemeral.MetadataResponse) {
	out.TypeName = "judge_token"
}

func (*token) Schema(_ context.Context, _ ephemeral.SchemaRequest, out *ephemeral.SchemaResponse) {
	out.Schema = short.Schema{Attributes: map[string]short.Attribute{
		"for":   short.StringAttribute{Required: true},
		"value": short.StringAttribute{Computed: true, Sensitive: true},
	}}
}

func (*token) Open(ctx context.Context, in ephemeral.OpenRequest, out *ephemeral.OpenResponse) {
	var read tokenModel
	out.Diagnostics.Append(in.Config.Get(ctx, &read)...)
	read.Value = types.StringValue("token-for-" + read.For.ValueString())
	out.RenewAt = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	out.Diagnostics.Append(out.Private.SetKey(ctx, "n", []byte("1"))...)
	out.Diagnostics.Append(out.Result.Set(ctx, &read)...)
}

func (*token) Renew(ctx context.Context, in ephemeral.RenewRequest, out *ephemeral.RenewResponse) {
	kept, found := in.Private.GetKey(ctx, "n")
	out.Diagnostics.Append(found...)
	if string(kept) != "1" {
		out.Diagnostics.AddError("Private data lost", "The token cannot be renewed.")
	}
}

func (*token) Close(ctx context.Context, in ephemeral.CloseRequest, out *ephemeral.CloseResponse) {
	kept, found := in.Private.GetKey(ctx, "n")
	out.Diagnostics.Append(found...)
	if string(kept) != "1" {
		out.Diagnostics.AddError("Private data lost", "The token cannot be closed.")
	}
}

// reverse is a function: a text backwards.
type reverse struct{}

func newReverse() function.Function { return &reverse{} }

func (*reverse) Metadata(_ context.Context, _ function.MetadataRequest, out *function.MetadataResponse) {
	out.Name = "reverse"
}

func (*reverse) Definition(_ context.Context, _ function.DefinitionRequest, out *function.DefinitionResponse) {
	out.Definition = function.Definition{
		Summary:           "A text backwards",
		Parameters:        []function.Parameter{function.StringParameter{Name: "text"}},
		VariadicParameter: function.StringParameter{Name: "more"},
		Return:            function.StringReturn{},
	}
}

func (*reverse) Run(ctx context.Context, in function.RunRequest, out *function.RunResponse) {
	var text string
	var more []string
	out.Error = function.ConcatFuncErrors(in.Arguments.Get(ctx, &text, &more))
	if text == "" {
		out.Error = function.NewArgumentFuncError(0, "there is nothing to turn round")
		return
	}
	for _, each := range more {
		text += each
	}
	letters := []rune(text)
	for i, j := 0, len(letters)-1; i < j; i, j = i+1, j-1 {
		letters[i], letters[j] = letters[j], letters[i]
	}
	out.Error = function.ConcatFuncErrors(out.Error, out.Result.Set(ctx, string(letters)))
}
