package main

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"k8s.io/client-go/kubernetes/scheme"
)

// fieldNumber is a field of a message: its name in JSON, or the struct that is inlined, and its number.
type fieldNumber struct {
	Name   string `json:"name"`
	Number int    `json:"number"`
	// What may be nil though it is no message: its zero is sent.
	Pointer bool `json:"pointer"`
	Inline  bool `json:"inline"`
}

// fieldNumbers tells those of every message that typed clients know, by the name of its schema, from the tags of the Go types.
func fieldNumbers(context.Context, *session) any {
	messages := map[string][]fieldNumber{}
	for _, root := range scheme.Scheme.AllKnownTypes() {
		collect(root, messages)
	}
	return messages
}

// componentOf turns k8s.io/api/core/v1.Pod into io.k8s.api.core.v1.Pod.
func componentOf(message reflect.Type) string {
	path, isOurs := strings.CutPrefix(message.PkgPath(), "k8s.io/")
	if !isOurs {
		return ""
	}
	return "io.k8s." + strings.ReplaceAll(path, "/", ".") + "." + message.Name()
}

func collect(message reflect.Type, messages map[string][]fieldNumber) {
	for message.Kind() == reflect.Pointer || message.Kind() == reflect.Slice || message.Kind() == reflect.Map {
		message = message.Elem()
	}
	name := componentOf(message)
	if message.Kind() != reflect.Struct || name == "" || messages[name] != nil {
		return
	}
	messages[name] = []fieldNumber{}
	for i := range message.NumField() {
		field := message.Field(i)
		tag := strings.Split(field.Tag.Get("protobuf"), ",")
		if len(tag) < 2 {
			continue
		}
		inner := field.Type
		isPointer := inner.Kind() == reflect.Pointer && inner.Elem().Kind() != reflect.Struct
		jsonName, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		isInline := strings.Contains(options, "inline")
		if isInline {
			jsonName = componentOf(inner)
		}
		number := must(strconv.Atoi(tag[1]))
		messages[name] = append(messages[name], fieldNumber{Name: jsonName, Number: number, Pointer: isPointer, Inline: isInline})
		collect(inner, messages)
	}
}
